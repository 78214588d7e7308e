// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/mail_address.hpp"

#include <utility>

namespace backtalk::serve {
namespace {

// Reads a field from left to right: words are a name until "<", "@", "," or ":" says what they are.
class AddressReader {
 public:
  explicit AddressReader(std::string_view text) : text_(text) {}

  std::vector<MailAddress> read() {
    while (at_ < text_.size() && found_.size() < kAddressesMax) step();
    finish();
    if (in_group_) found_.emplace_back();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '"': take_quoted(); break;
      case '(': take_comment(); break;
      case '<': begin_angle(); break;
      case '>':
        ++at_;
        in_angle_ = false;
        break;
      case '@':
        ++at_;
        // A route, "@a,@b:user@host", has no words before its "@".
        is_host_ = !word_.empty() || !in_angle_;
        break;
      case ',':
        ++at_;
        if (!in_angle_) finish();
        break;
      case ':':
        ++at_;
        if (in_angle_) {
          word_.clear();
          host_.clear();
          is_host_ = false;
        } else {
          begin_group();
        }
        break;
      case ';':
        ++at_;
        finish();
        if (in_group_) found_.emplace_back();
        in_group_ = false;
        break;
      case ' ':
      case '\t':
        ++at_;
        space_ = true;
        break;
      default: add(text_[at_++]); break;
    }
  }

  void add(char c) {
    std::string& to = is_host_ ? host_ : word_;
    if (space_ && !to.empty() && !is_host_ && !in_angle_) to += ' ';
    space_ = false;
    to += c;
  }

  void take_quoted() {
    bool first = true;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (first) {
        add(text_[at_]);
      } else {
        (is_host_ ? host_ : word_) += text_[at_];
      }
      first = false;
    }
    if (at_ < text_.size()) ++at_;
  }

  void take_comment() {
    std::size_t depth = 0;
    comment_.clear();
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
      } else if (c == '(') {
        if (depth++ == 0) continue;
      } else if (c == ')' && --depth == 0) {
        ++at_;
        break;
      }
      comment_ += c;
    }
    space_ = true;
  }

  void begin_angle() {
    ++at_;
    name_ = std::exchange(word_, {});
    host_.clear();
    is_host_ = space_ = false;
    in_angle_ = has_angle_ = true;
  }

  void begin_group() {
    found_.push_back({.name = {}, .mailbox = std::exchange(word_, {}), .host = {}});
    in_group_ = true;
    forget();
  }

  void finish() {
    if (!word_.empty() || !host_.empty()) {
      MailAddress one{.name = has_angle_ ? std::move(name_) : comment_,
                      .mailbox = std::move(word_),
                      .host = std::move(host_)};
      // Without a host it would begin a group.
      if (one.host.empty()) one.host = "localhost";
      if (one.mailbox.empty()) one.mailbox = "unknown";
      found_.push_back(std::move(one));
    }
    forget();
  }

  void forget() {
    word_.clear();
    host_.clear();
    name_.clear();
    comment_.clear();
    is_host_ = in_angle_ = has_angle_ = space_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<MailAddress> found_;
  std::string word_;  // what is before "@", or a name
  std::string host_;
  std::string name_;
  std::string comment_;
  bool is_host_ = false;
  bool in_angle_ = false;
  bool has_angle_ = false;
  bool in_group_ = false;
  bool space_ = false;
};

}  // namespace

std::vector<MailAddress> read_addresses(std::string_view text) {
  return AddressReader(text).read();
}

}  // namespace backtalk::serve
