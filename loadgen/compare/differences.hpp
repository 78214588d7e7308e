// SPDX-License-Identifier: Apache-2.0 OR MIT
/// From the runs of a comparison to what they show.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compare/comparison.hpp"

namespace backtalk::compare {

/// The first side beside each of the others, in every metric that all runs of both have. There must
/// be enough rounds to show anything; saved runs may be too few, and then have an estimate alone.
/// `primary` does not share the level with the others; null: all share it.
[[nodiscard]] std::vector<Difference> find_differences(const Comparison& of, const Metric* primary);

/// False for a metric of servers that no run of the first side or of `b` has: nobody asked for it.
[[nodiscard]] bool is_asked(const Comparison& of, std::size_t b, std::size_t metric);

/// "p99.9 of A is ≥ 208 ms in 3 of 10 runs (0.5 % timed out)": why the metric of these two is not
/// compared. nullopt if it is, if nobody asked for it, or if some run has too few transactions.
[[nodiscard]] std::optional<std::string> why_not_compared(const Comparison& of, std::size_t b,
                                                          std::size_t metric);

/// How much the starts of each side that was restarted differ, in every metric that all runs have.
[[nodiscard]] std::vector<StartsOfMetric> find_starts(const Comparison& of);

}  // namespace backtalk::compare
