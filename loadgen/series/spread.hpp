// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The middle of some values, and how far they lie apart.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace backtalk::series {

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
  /// A quarter of the values lie below the one and above the other. Between two values they are
  /// interpolated, as `quantile` of R and `numpy.quantile` do unless told otherwise.
  double lower_quartile = 0;
  double upper_quartile = 0;
  std::size_t values = 0;
  std::size_t bounds = 0;  ///< so many of the values are lower bounds
  std::size_t below = 0;   ///< so many lie below the lowest of those

  /// True if no more is known of this quantile (0.5: the median) than that it is so much or more.
  [[nodiscard]] bool is_bound(double share) const;

  friend bool operator==(const Spread&, const Spread&) = default;
};

/// In any order; nullopt if there are none. `bounds` are values of which no more is known than that
/// they are so much or more.
[[nodiscard]] std::optional<Spread> spread_of(std::vector<double> values,
                                              const std::vector<double>& bounds = {});

}  // namespace backtalk::series
