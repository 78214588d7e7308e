// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/batches.hpp"

#include <algorithm>

namespace backtalk::stats {

void Batches::start(std::uint64_t begin_ns, std::uint64_t expected_ns) noexcept {
  begin_ns_ = begin_ns;
  while (expected_ns >> shift_ >= kMax) ++shift_;
}

// All that a batch counts in one bucket, in the middle one of the finer buckets of Histogram.
Histogram::Bucket Batches::middle(std::size_t index, std::uint64_t count) noexcept {
  const unsigned shift = index < 2 * kHalf ? 0 : static_cast<unsigned>(index >> kHalfBits) - 1;
  const std::uint64_t lowest =
      static_cast<std::uint64_t>(index - (static_cast<std::size_t>(shift) << kHalfBits)) << shift;
  const std::uint64_t value =
      std::min(lowest + (std::uint64_t{1} << shift) / 2, Histogram::kHighestTrackable);
  return {.lowest = Histogram::lowest_equivalent(value),
          .highest = Histogram::highest_equivalent(value),
          .count = count};
}

// The batches become half as many, each twice as long.
void Batches::halve() noexcept {
  for (std::size_t batch = 0; batch < kMax / 2; ++batch) {
    const std::size_t first = 2 * batch * kCounts;
    for (std::size_t i = 0; i < used_; ++i)
      counts_[batch * kCounts + i] = counts_[first + i] + counts_[first + kCounts + i];
  }
  for (std::size_t batch = kMax / 2; batch < kMax; ++batch)
    std::fill_n(counts_.begin() + static_cast<std::ptrdiff_t>(batch * kCounts), used_, 0);
  ++shift_;
}

void Batches::add(const Batches& other) noexcept {
  while (shift_ < other.shift_) halve();
  used_ = std::max(used_, other.used_);
  for (std::size_t batch = 0; batch < kMax; ++batch) {
    const std::size_t to = (batch >> (shift_ - other.shift_)) * kCounts;
    for (std::size_t i = 0; i < other.used_; ++i) counts_[to + i] += other.counts_[batch * kCounts + i];
  }
}

BatchSeries Batches::series(std::uint64_t length_ns, std::size_t least) const {
  const auto whole = std::min<std::uint64_t>(length_ns >> shift_, kMax);
  const std::uint64_t together = whole / least;
  if (together == 0) return {};
  BatchSeries out{.width_ns = together << shift_};
  for (std::size_t batch = 0; batch + together <= whole; batch += together) {
    Histogram& sum = out.latency.emplace_back();
    for (std::size_t one = batch; one < batch + together; ++one) {
      for (std::size_t i = 0; i < used_; ++i) {
        if (const std::uint64_t count = counts_[one * kCounts + i]; count > 0)
          sum.record_bucket(middle(i, count));
      }
    }
  }
  return out;
}

}  // namespace backtalk::stats
