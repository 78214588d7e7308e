// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How far a run has come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "live/figures.hpp"
#include "stats/schedule.hpp"

namespace backtalk::live {

/// What was asked of a run.
struct Asked {
  std::uint64_t warmup_ns = 0;
  std::uint64_t duration_ns = 0;       ///< of the measured part; 0: a count ends it
  std::uint64_t transactions_max = 0;  ///< that count; 0: the duration ends it
  std::span<const stats::RateStep> rate_steps = {};
  std::optional<double> rate_per_s = std::nullopt;  ///< after the steps; nullopt: a closed loop
  bool rate_is_of_sessions = false;
};

/// An instant of it.
struct Instant {
  std::uint64_t now_ns = 0;
  /// The end of the warm-up, on the same clock; nullopt: the clock of the run has not started.
  std::optional<std::uint64_t> measure_from_ns;
  bool stopped = false;  ///< it was asked to end
};

/// Sets what follows of the phase, the times and the rate asked for. `counted` is known already.
void set_course(Figures& figures, const Asked& asked, const Instant& at);

/// Nothing begins any more, whether or not answers are still to come.
[[nodiscard]] constexpr bool is_ending(Phase phase) {
  return phase == Phase::draining || phase == Phase::stopping;
}

}  // namespace backtalk::live
