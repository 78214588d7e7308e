// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Percentiles of latencies of which some are only known to be at least so long.
#pragma once

#include <cstdint>
#include <optional>

#include "stats/histogram.hpp"

namespace backtalk::stats {

/// The fewest samples of which at least two lie beyond the percentile with a confidence of 99 %,
/// rounded up to three digits: 64 for p90, 662 for p99, 6640 for p99.9. With fewer, it is little
/// more than the slowest or quickest one. `percentile` is between 0 and 100.
[[nodiscard]] std::uint64_t samples_for(double percentile);

/// The same for figures that are reported unasked: a median is reported of any number of samples.
[[nodiscard]] std::uint64_t samples_to_report(double percentile);

/// The percentile of all values in `known` and of `slower` others that are larger than those;
/// nullopt if it is the value of one of the others, or if `known` is empty.
[[nodiscard]] std::optional<std::uint64_t> value_below_slower(const Histogram& known, std::uint64_t slower,
                                                              double percentile);

struct Percentile {
  std::uint64_t value = 0;
  bool at_least = false;  ///< the figure is `value` or more
  friend constexpr bool operator==(const Percentile&, const Percentile&) = default;
};

/// The percentile of the values in `known` and of others that were still waited for when they were
/// as old as `ages` says: they count as slower than all that are known. Where the percentile is one
/// of theirs, it is at least that of all values and ages. nullopt if both are empty.
[[nodiscard]] std::optional<Percentile> censored_percentile(const Histogram& known, const Histogram& ages,
                                                            double percentile);

/// The share of those in `ages` among all; 0 if there are none.
[[nodiscard]] double censored_share(const Histogram& known, const Histogram& ages);

}  // namespace backtalk::stats
