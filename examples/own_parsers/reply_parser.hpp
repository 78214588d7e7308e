// SPDX-License-Identifier: Apache-2.0 OR MIT
// A parser of SMTP replies with a mistake that many programs make: it looks for CRLF in the latest
// piece only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace my {

class ReplyParser {
 public:
  void feed(std::string_view bytes) {
    const std::size_t held = held_.size();
    held_ += bytes;
    line_end_ = held_.find("\r\n", held);  // the mistake: `held_` may have ended with the CR
  }

  /// The code of the next reply that is whole.
  std::optional<int> next() {
    while (!failed_ && line_end_ != std::string::npos) {
      const std::string line = held_.substr(0, line_end_);
      held_.erase(0, line_end_ + 2);
      line_end_ = held_.find("\r\n");
      if (line.size() < 3 || line.find_first_not_of("0123456789") < 3) {
        failed_ = true;
      } else if (line.size() == 3 || line[3] != '-') {
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::string held_;
  std::size_t line_end_ = std::string::npos;
  bool failed_ = false;
};

}  // namespace my
