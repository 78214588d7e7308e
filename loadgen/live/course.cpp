// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/course.hpp"

namespace backtalk::live {
namespace {

// `ns` after the clock has started.
std::optional<double> rate_asked(const Asked& asked, std::uint64_t ns) {
  for (const stats::RateStep& step : asked.rate_steps) {
    if (ns < step.until_ns) return step.rate_per_s;
  }
  return asked.rate_per_s;
}

}  // namespace

void set_course(Figures& figures, const Asked& asked, const Instant& at) {
  figures.duration_ns = asked.duration_ns;
  figures.transactions_max = asked.transactions_max;
  figures.rate_is_of_sessions = asked.rate_is_of_sessions;
  figures.left_ns.reset();
  figures.rate_asked.reset();
  figures.measured_ns = 0;
  if (!at.measure_from_ns) {
    figures.phase = at.stopped ? Phase::stopping : Phase::opening;
    return;
  }
  const std::uint64_t from = *at.measure_from_ns;
  const bool warms_up = at.now_ns < from;
  if (!warms_up) figures.measured_ns = at.now_ns - from;
  if (at.stopped) {
    figures.phase = Phase::stopping;
    return;
  }
  if (warms_up) {
    figures.phase = Phase::warming_up;
    figures.left_ns = from - at.now_ns;
  } else if ((asked.duration_ns > 0 && figures.measured_ns >= asked.duration_ns) ||
             (asked.transactions_max > 0 && figures.counted.started >= asked.transactions_max)) {
    figures.phase = Phase::draining;
    return;
  } else {
    figures.phase = Phase::measuring;
    if (asked.duration_ns > 0) figures.left_ns = asked.duration_ns - figures.measured_ns;
  }
  // The clock started a warm-up before.
  const std::uint64_t since_start = at.now_ns + asked.warmup_ns;
  figures.rate_asked = rate_asked(asked, since_start > from ? since_start - from : 0);
}

}  // namespace backtalk::live
