// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How the POP3 parsers are driven: limits, tolerances, and what a client says that it waits for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::fuzz {

inline constexpr Tolerances kPop3Tolerances = tolerate::bare_lf | tolerate::bare_cr |
                                              tolerate::control_bytes | tolerate::lower_case_status |
                                              tolerate::bare_continuation;

inline constexpr Tolerances kPop3DecoderTolerances = kPop3Tolerances | tolerate::extra_spaces;

[[nodiscard]] inline pop3::ResponseLimits pop3_limits(const Settings& settings) {
  constexpr std::size_t kQueued = 8;  // as many as any variant queues
  if (settings.small_limits) return {.line_octets_max = 24, .expectations_max = kQueued};
  pop3::ResponseLimits limits;
  limits.expectations_max = std::max<std::size_t>(limits.expectations_max, kQueued);
  return limits;
}

inline constexpr Tolerances kPop3CommandTolerances =
    tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes;

[[nodiscard]] inline pop3::CommandLimits pop3_command_limits(const Settings& settings) {
  if (settings.small_limits) return {.line_octets_max = 24};
  return {};
}

/// What is queued before the stream, and what is expected once that is used up.
struct Pop3Waiting {
  std::span<const pop3::Expect> queued;
  std::optional<pop3::Expect> otherwise;
};

inline constexpr unsigned kPop3Variants = 8;

[[nodiscard]] inline Pop3Waiting pop3_waiting(unsigned variant) {
  using pop3::Expect;
  static constexpr std::array kMixed{Expect::single_line, Expect::multi_line, Expect::listing, Expect::sasl,
                                     Expect::automatic,   Expect::multi_line, Expect::listing};
  switch (variant) {
    case 0: return {{}, Expect::automatic};
    case 1: return {{}, Expect::sasl};
    case 2: return {{}, Expect::multi_line};
    case 3: return {{}, Expect::listing};
    case 4: return {kMixed, Expect::automatic};
    case 5: return {kMixed, Expect::single_line};
    case 6: return {std::span(kMixed).subspan(1), std::nullopt};
    default: return {std::span(kMixed).subspan(3), std::nullopt};
  }
}

}  // namespace backtalk::fuzz
