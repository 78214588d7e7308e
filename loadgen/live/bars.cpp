// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/bars.hpp"

#include <algorithm>
#include <array>

namespace backtalk::live {
namespace {

// The first limit above the value.
std::uint64_t limit_above(std::uint64_t ns) {
  constexpr std::array<std::uint64_t, 3> kSteps{1, 2, 5};
  constexpr std::uint64_t kDecade = 10;
  for (std::uint64_t decade = 1;; decade *= kDecade) {
    for (const std::uint64_t step : kSteps) {
      if (ns < step * decade) return step * decade;
    }
  }
}

}  // namespace

std::vector<Bar> bars_of(const stats::Histogram& histogram) {
  std::vector<Bar> bars;
  histogram.for_each_bucket([&bars](const stats::Histogram::Bucket& bucket) {
    const std::uint64_t middle = bucket.lowest + (bucket.highest - bucket.lowest) / 2;
    if (bars.empty()) bars.push_back({.below_ns = limit_above(middle)});
    while (middle >= bars.back().below_ns) bars.push_back({.below_ns = limit_above(bars.back().below_ns)});
    bars.back().count += bucket.count;
  });
  return bars;
}

std::vector<Bar> join(std::span<const Bar> bars, std::size_t most) {
  const std::size_t groups = std::min(bars.size(), most);
  std::vector<Bar> joined(groups);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    Bar& group = joined[i * groups / bars.size()];
    group.below_ns = bars[i].below_ns;
    group.count += bars[i].count;
  }
  return joined;
}

}  // namespace backtalk::live
