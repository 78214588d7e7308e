// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/unfinished.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script/language.hpp"
#include "talk/fill_in.hpp"
#include "talk/words.hpp"
#include "text/whole_number.hpp"

namespace backtalk::talk {
namespace {

using script::Answer;
using script::Line;
using script::Problem;
using script::Protocol;
using script::Section;
using script::Turn;

// --- SMTP, LMTP

class UnfinishedMessage {
 public:
  Problem on_turn(const Turn& turn, const Line& line) {
    switch (turn.kind) {
      case Turn::Kind::wait:
      case Turn::Kind::response: return std::nullopt;
      case Turn::Kind::command: on_command(line); return std::nullopt;
      case Turn::Kind::content: on_content(line); return std::nullopt;
      case Turn::Kind::answer: return on_reply(turn.answer, line);
    }
    return std::nullopt;
  }

  [[nodiscard]] Problem at_end() const {
    if (message_ != nullptr && quits_) return has_no_end();
    if (chunk_left_ == 0 || !answered_) return std::nullopt;
    return chunk_->error("this chunk has more octets than follow in lines `C:`");
  }

 private:
  void on_command(const Line& line) {
    const std::string name = script::capitals(script::word_from(line.text, 0));
    data_ = name == "DATA" ? &line : nullptr;
    if (name != "BDAT") return;
    chunk_ = &line;
    chunk_left_ = text::read_whole_number(script::word_from(line.text, name.size() + 1)).value_or(0);
    answered_ = false;
  }

  void on_content(const Line& line) {
    if (chunk_left_ > 0) {
      chunk_left_ -= std::min<std::uint64_t>(chunk_left_, line.text.size() + 2);
      answered_ = false;
      return;
    }
    if (message_ == nullptr) message_ = data_;
    quits_ = line.text == "QUIT";
    const bool ends = line.text == "." || line.text == kMessagePlaceholder;
    if (ends) message_ = data_ = nullptr;
  }

  Problem on_reply(const Answer& answer, const Line& line) {
    answered_ = true;
    if (chunk_left_ > 0) return std::nullopt;
    if (answer.word == "354") {
      message_ = &line;
      quits_ = false;
      return std::nullopt;
    }
    // A server may say 421 at any time (RFC 5321 3.8).
    if (message_ != nullptr && answer.word != "421")
      return quits_ ? has_no_end() : line.error("the message comes before this: `C:` lines up to `C: .`");
    data_ = nullptr;
    return std::nullopt;
  }

  [[nodiscard]] Problem has_no_end() const {
    return message_->error("the message after this has no end: `C:` lines up to `C: .`");
  }

  const Line* data_ = nullptr;     // DATA, without an answer
  const Line* message_ = nullptr;  // what began it: the 354, or DATA
  const Line* chunk_ = nullptr;
  std::uint64_t chunk_left_ = 0;
  bool answered_ = false;  // since the chunk's last line
  bool quits_ = false;     // the message's last line is a goodbye
};

// --- HTTP

class UnfinishedBody {
 public:
  Problem on_turn(const Turn& turn, const Line& line) {
    switch (turn.kind) {
      case Turn::Kind::wait:
      case Turn::Kind::response: return std::nullopt;
      case Turn::Kind::command: on_head(line.text, line); return std::nullopt;
      case Turn::Kind::content: on_content(line.text); return std::nullopt;
      case Turn::Kind::answer: return on_response(turn.answer);
    }
    return std::nullopt;
  }

 private:
  void begin_another() {
    length_.reset();
    octets_ = 0;
    has_content_ = false;
  }

  void on_head(std::string_view text, const Line& line) {
    if (has_content_) begin_another();
    constexpr std::string_view kField = "content-length:";
    if (!text::equals_ignoring_case(text.substr(0, kField.size()), kField)) return;
    length_ = text::read_whole_number(without_blanks(text.substr(kField.size())));
    length_line_ = &line;
  }

  void on_content(std::string_view text) {
    octets_ += without_double_braces(text).size() + (has_content_ ? 2 : 0);
    has_content_ = true;
    // How long what a placeholder stands for is nobody knows here.
    for (std::size_t at = text.find('{'); at < text.size(); at = text.find('{', at + 2)) {
      if (text.substr(at, 2) != "{{") length_.reset();
    }
  }

  // A server may refuse a request before all of it has come.
  Problem on_response(const Answer& answer) {
    const bool accepts = answer.word.starts_with('2') || answer.word.starts_with('3');
    // Without content it may be no request at all, which is up to the script.
    if (!accepts || !has_content_ || !length_ || *length_ <= octets_) return std::nullopt;
    // The line end behind the last line belongs to the body if the length includes it.
    if (*length_ == octets_ + 2) return std::nullopt;
    return length_line_->error("the body has " + std::to_string(octets_) + " octets, not " +
                               std::to_string(*length_) + ": `Content-Length: {*}` counts them");
  }

  std::optional<std::uint64_t> length_;
  const Line* length_line_ = nullptr;
  std::uint64_t octets_ = 0;
  bool has_content_ = false;
};

}  // namespace

Problem find_unfinished(Protocol protocol, const Section& section, std::span<const Turn> turns) {
  UnfinishedMessage message;
  UnfinishedBody body;
  for (const Turn& turn : turns) {
    const Line& line = section.lines[turn.first];
    Problem problem;
    if (protocol == Protocol::smtp || protocol == Protocol::lmtp) problem = message.on_turn(turn, line);
    if (protocol == Protocol::http) problem = body.on_turn(turn, line);
    if (problem) return problem;
  }
  return message.at_end();
}

}  // namespace backtalk::talk
