// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a mean of one run is worth.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace backtalk::stats {

/// Fewer values say too little about how far they scatter.
inline constexpr std::size_t kMeanValuesMin = 5;

/// Half of the interval around the mean in which the mean of a long run would lie in 95 of 100 such
/// runs, by Student's t. `values` are those of equal stretches of the run in order of time, such as
/// how many completed in each second; the more neighbours are alike, the wider it is. nullopt:
/// fewer than `kMeanValuesMin`.
[[nodiscard]] std::optional<double> half_interval_of_mean(std::span<const double> values);

}  // namespace backtalk::stats
