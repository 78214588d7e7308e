// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Is this a sample of that exponential distribution?
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace backtalk::known {

/// Samples of the distribution exceed this in one test of a thousand (Stephens 1974, table 1A, case
/// 0: nothing is estimated from the sample).
inline constexpr double kAndersonDarlingAt01PerCent = 6.0;

/// Anderson and Darling's A^2 of the gaps between the instants, against the exponential
/// distribution with that mean.
[[nodiscard]] inline double anderson_darling(std::span<const std::uint64_t> instants, double mean_ns) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < instants.size(); ++i)
    gaps.push_back(static_cast<double>(instants[i] - instants[i - 1]) / mean_ns);
  std::ranges::sort(gaps);
  const auto count = static_cast<double>(gaps.size());
  double sum = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    // Of F(x) = 1 - exp(-x): its logarithm, and that of what is beyond, which is -x. Two inputs at
    // one instant have a gap of 0.
    const double below = std::log(-std::expm1(-std::max(gaps[i], 1e-12)));
    const double beyond = -gaps[gaps.size() - 1 - i];
    sum += (2 * static_cast<double>(i) + 1) * (below + beyond);
  }
  return -count - sum / count;
}

}  // namespace backtalk::known
