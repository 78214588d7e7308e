// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What pairs of measurements say about the difference between two sides, without an assumption
/// about the noise except that it is the same on both.
#pragma once

#include <optional>
#include <span>

namespace backtalk::compare {

/// By how much one side is above the other: the estimate of Hodges and Lehmann, the median of the
/// means of all pairs of differences (Walsh averages), and its interval, which holds those values
/// that Wilcoxon's test does not reject.
struct Shift {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

/// `alpha` is the share of intervals that may miss the truth. nullopt: so few differences have no
/// interval at this level (fewer than six at 5 %).
[[nodiscard]] std::optional<Shift> shift_of(std::span<const double> differences, double alpha);

}  // namespace backtalk::compare
