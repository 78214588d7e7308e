// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether transactions began at the intervals that were asked for.
#pragma once

#include <cstdint>

#include "stats/histogram.hpp"

namespace backtalk::stats {

/// The intervals between the beginnings of transactions on one thread after the other, in
/// millionths of the interval that is asked for on average.
class ArrivalGaps {
 public:
  static constexpr double kMean = 1e6;

  /// One thread begins so many a second.
  void start(double rate_per_s) noexcept { per_ns_ = rate_per_s * kMean / 1e9; }

  void began(std::uint64_t now_ns) noexcept {
    if (last_ns_ != 0)
      gaps_.record(static_cast<std::uint64_t>(static_cast<double>(now_ns - last_ns_) * per_ns_));
    last_ns_ = now_ns;
  }

  [[nodiscard]] const Histogram& gaps() const noexcept { return gaps_; }
  void add(const ArrivalGaps& other) noexcept { gaps_.merge(other.gaps_); }

 private:
  Histogram gaps_;
  double per_ns_ = 0;
  std::uint64_t last_ns_ = 0;
};

/// How far the intervals are from those of random arrivals, whose lengths have an exponential
/// distribution with the mean `ArrivalGaps::kMean`.
struct ExponentialFit {
  double statistic = 0;  ///< Anderson and Darling's A squared: above 6 in one of 1000 by chance
  double distance = 0;   ///< the largest difference of the two distributions (Kolmogorov's D)
};
[[nodiscard]] ExponentialFit fit_exponential(const Histogram& gaps);

/// The share of intervals that are more than half of the mean away from it: arrivals at equal
/// intervals have none.
[[nodiscard]] double uneven_share(const Histogram& gaps);

}  // namespace backtalk::stats
