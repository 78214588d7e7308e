// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/gain.hpp"

#include <algorithm>
#include <cmath>

namespace backtalk::series {

bool gains(const GainPoint& earlier, const GainPoint& later) {
  const double more = later.per_s - earlier.per_s;
  return more >= earlier.per_s * kGainMin &&
         more > kIntervalsMin * std::hypot(earlier.half_interval, later.half_interval);
}

std::optional<std::size_t> gain_ends(std::span<const GainPoint> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].holds) continue;
    const auto later = points.subspan(i + 1);
    if (std::ranges::none_of(later, [&](const GainPoint& one) { return one.holds && gains(points[i], one); }))
      return i;
  }
  return std::nullopt;
}

}  // namespace backtalk::series
