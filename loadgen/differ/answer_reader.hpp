// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads what a server sends into answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/smtp/reply_parser.hpp"
#include "differ/outcome.hpp"

namespace backtalk::differ {

/// Of SMTP.
class AnswerReader {
 public:
  /// The answers that these octets complete.
  [[nodiscard]] std::vector<Answer> read(std::string_view octets);
  /// The name of the first error; empty if there is none. Nothing is read behind it.
  [[nodiscard]] std::string_view flaw() const;

 private:
  smtp::ReplyParser parser_;
};

}  // namespace backtalk::differ
