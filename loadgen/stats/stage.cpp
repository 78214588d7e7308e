// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/stage.hpp"

namespace backtalk::stats {

std::vector<RateStep> steps_of(std::span<const Stage> stages, std::uint64_t before_ns, double before_per_s) {
  std::vector<RateStep> steps;
  steps.reserve(stages.size() + 1);
  if (before_ns > 0) steps.push_back({.until_ns = before_ns, .rate_per_s = before_per_s});
  std::uint64_t begin_ns = before_ns;
  for (const Stage& stage : stages) {
    const double rise = stage.to_per_s - stage.from_per_s;
    const std::uint64_t parts = rise < 0 || rise > 0 ? kStepsOfLine : 1;
    for (std::uint64_t part = 0; part < parts; ++part) {
      const double middle = (static_cast<double>(part) + 0.5) / static_cast<double>(parts);
      steps.push_back({.until_ns = begin_ns + stage.duration_ns * (part + 1) / parts,
                       .rate_per_s = stage.from_per_s + rise * middle});
    }
    begin_ns += stage.duration_ns;
  }
  return steps;
}

}  // namespace backtalk::stats
