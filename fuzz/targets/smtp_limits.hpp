// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The limits that the SMTP parsers are fuzzed under, and their references with them.
#pragma once

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::fuzz {

[[nodiscard]] inline smtp::ReplyLimits reply_limits(const Settings& settings) {
  if (!settings.small_limits) return {};
  return {.line_octets_max = 24, .reply_lines_max = 3, .reply_octets_max = 50};
}

[[nodiscard]] inline smtp::CommandLimits command_limits(const Settings& settings) {
  if (!settings.small_limits) return {};
  return {.line_octets_max = 24};
}

}  // namespace backtalk::fuzz
