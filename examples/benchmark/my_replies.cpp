// SPDX-License-Identifier: Apache-2.0 OR MIT
// A small parser of SMTP replies, and the adapter that has it fuzzed and timed like Backtalk's own.
#include <cstddef>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"

namespace my {

// Takes a line at a time out of a buffer; whatever is not whole stays there.
class Parser {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }

  // The next line's code and text; false where there is none yet.
  bool next(unsigned& code, bool& last, std::string_view& text) {
    const std::size_t end = buffer_.find("\r\n", at_);
    if (end == std::string::npos || end - at_ < 3) {
      buffer_.erase(0, at_);
      at_ = 0;
      return false;
    }
    const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
    code = 0;
    for (const char digit : line.substr(0, 3)) code = 10 * code + static_cast<unsigned char>(digit - '0');
    last = line.size() == 3 || line[3] != '-';
    text = line.substr(line.size() < 4 ? 3 : 4);
    at_ = end + 2;
    return true;
  }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace my

class MyReplies final : public backtalk::fuzz::Adapter {
 public:
  void begin(const backtalk::fuzz::Settings&) override {
    parser_ = my::Parser();
    first_ = true;
  }
  void feed(std::string_view bytes, backtalk::fuzz::Report& report) override {
    parser_.feed(bytes);
    unsigned code = 0;
    bool last = false;
    for (std::string_view text; parser_.next(code, last, text);) {
      if (code < 200 || code > 559) return report.refuse("bad-code");
      if (first_) report.event("reply").number(code);
      report.text(text);
      first_ = last;
    }
  }
  void finish(backtalk::fuzz::Report& report) override { report.ended(!first_); }

 private:
  my::Parser parser_;
  bool first_ = true;
};

BACKTALK_FUZZ_TARGET(MyReplies, .name = "my_replies", .protocol = "smtp", .agreement = Agreement::verdict,
                     .reference = smtp_replies)
