// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a percentile of one run is worth: its interval from equal batches of the run.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/batches.hpp"
#include "stats/percentile.hpp"

namespace backtalk::stats {

/// The fewest batches that an interval is made of, and as how many a run is kept: each two of those
/// are one batch for an interval.
inline constexpr std::size_t kBatchesMin = 10;
inline constexpr std::size_t kBatchesKept = 2 * kBatchesMin;

/// In which the value would lie in 95 of 100 runs. Both ends are included.
struct Confidence {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend constexpr bool operator==(const Confidence&, const Confidence&) = default;
};

/// Of a percentile whose value in the whole run is `value`: nullopt if there are fewer than ten
/// batches that have the samples that the percentile needs (`samples_for`).
///
/// The batches' percentiles scatter around that of the whole run, and Student's t says how far that
/// can be from the true one. Latencies follow each other: an interval from their order alone, as if
/// they were independent, covers a half of what it should where a server queues at half load.
/// Logarithms, since latencies are skewed; and wider by as much as neighbouring batches are alike.
[[nodiscard]] std::optional<Confidence> batch_interval(const BatchSeries& batches, double percentile,
                                                       std::uint64_t value);

/// How the percentiles of batches go on from each other.
struct Stability {
  double drift_p = 1;        ///< of Spearman's rank correlation with the time
  double correlation_p = 1;  ///< of the lag-1 correlation, if neighbours are alike
  double runs_p = 1;         ///< of the number of runs above and below the median, if there are few
  /// By which share the last quarter is above the first one; negative if it is below.
  double change = 0;
  double spread = 0;  ///< the standard deviation, as a share of the mean
};

/// Of at least ten values in order of time.
[[nodiscard]] Stability stability_of(std::span<const double> values);

/// The percentile of each batch; empty if there are fewer than ten, or if one has too few samples.
[[nodiscard]] std::vector<double> batch_percentiles(const BatchSeries& batches, double percentile);

}  // namespace backtalk::stats
