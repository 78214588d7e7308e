// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/histogram.hpp"

#include <cmath>

namespace backtalk::stats {
namespace {

bool overflows(std::uint64_t count, std::uint64_t more) {
  return more > std::numeric_limits<std::uint64_t>::max() - count;
}

std::uint64_t middle(std::uint64_t lowest, std::uint64_t highest) {
  return lowest + (highest - lowest) / 2;
}

}  // namespace

bool Histogram::record_bucket(const Bucket& bucket) noexcept {
  if (overflows(count_, bucket.count)) return false;
  if (bucket.count == 0) return true;
  const std::uint64_t value = middle(bucket.lowest, bucket.highest);
  if (bucket.lowest > kHighestTrackable) clamped_ += bucket.count;
  counts_[index_of(std::min(value, kHighestTrackable))] += bucket.count;
  count_ += bucket.count;
  min_ = std::min({min_, bucket.lowest, kHighestTrackable});
  max_ = std::max(max_, std::min(bucket.highest, kHighestTrackable));
  return true;
}

bool Histogram::merge(const Histogram& other) noexcept {
  if (overflows(count_, other.count_)) return false;
  if (other.empty()) return true;
  for (std::size_t i = index_of(other.min_), last = index_of(other.max_); i <= last; ++i) {
    counts_[i] += other.counts_[i];
  }
  count_ += other.count_;
  clamped_ += other.clamped_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  return true;
}

bool Histogram::restore(std::uint64_t min, std::uint64_t max, std::uint64_t clamped) noexcept {
  if (empty()) return min == 0 && max == 0 && clamped == 0;
  if (min > max || max > kHighestTrackable) return false;
  if (index_of(min) != index_of(min_) || index_of(max) != index_of(max_)) return false;
  if (clamped > 0 && (max != kHighestTrackable || clamped > counts_[index_of(max)])) return false;
  min_ = min;
  max_ = max;
  clamped_ = clamped;
  return true;
}

void Histogram::reset() noexcept {
  if (empty()) return;
  const std::size_t first = index_of(min_);
  std::fill_n(counts_.begin() + static_cast<std::ptrdiff_t>(first), index_of(max_) + 1 - first, 0U);
  count_ = clamped_ = max_ = 0;
  min_ = std::numeric_limits<std::uint64_t>::max();
}

double Histogram::mean() const noexcept {
  if (empty()) return 0;
  long double sum = 0;
  for_each_bucket([&sum](const Bucket& bucket) {
    const long double twice =
        static_cast<long double>(bucket.lowest) + static_cast<long double>(bucket.highest);
    sum += twice / 2 * static_cast<long double>(bucket.count);
  });
  const auto mean = static_cast<double>(sum / static_cast<long double>(count_));
  return std::clamp(mean, static_cast<double>(min_), static_cast<double>(max_));
}

std::uint64_t Histogram::value_at_percentile(double percentile) const noexcept {
  if (!(percentile > 0)) return min();
  if (percentile >= 100) return max();
  // A percentile written in decimals (99.9) may be slightly larger than intended; slightly smaller
  // does no harm.
  const long double share = static_cast<long double>(std::nextafter(percentile, 0.0)) / 100;
  const long double rank = std::ceil(share * static_cast<long double>(count_));
  const std::uint64_t wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  const std::span<const std::uint64_t> used = counts();
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < used.size(); ++i) {
    seen += used[i];
    if (seen >= wanted) return std::clamp(highest_at(i), min_, max_);
  }
  return max();
}

}  // namespace backtalk::stats
