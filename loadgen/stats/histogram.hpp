// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Counts latencies in constant memory with a known error.
///
/// The layout is HdrHistogram's (log-linear), so that its tools can read what
/// `encode_v2_compressed` writes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "stats/zeroed_allocator.hpp"

namespace backtalk::stats {

/// A histogram of nanoseconds from 0 to one hour with three significant digits: the values of a
/// bucket differ from each other by less than 0.1 %. Not thread safe. A moved-from histogram may
/// only be assigned to or destroyed.
///
/// Below 2048 every value has its own bucket. Above, each power of two has 1024 buckets of equal
/// width:
///
///     value          [0, 2048)  [2048, 4096)  [4096, 8192)  ...
///     bucket width       1           2             4
///
/// Memory: one array of 33,792 counts (270 kB), allocated once by the constructor.
class Histogram {
 public:
  static constexpr std::uint64_t kLowestDiscernible = 1;
  static constexpr std::uint64_t kHighestTrackable = 3'600'000'000'000;  ///< one hour in ns
  static constexpr unsigned kSignificantDigits = 3;

  /// A range of values that the histogram does not distinguish, and how many values are in it.
  struct Bucket {
    std::uint64_t lowest = 0;
    std::uint64_t highest = 0;
    std::uint64_t count = 0;
    friend constexpr bool operator==(const Bucket&, const Bucket&) = default;
  };

  Histogram() : counts_(kCounts) {}

  /// Counts one value. A value above `kHighestTrackable` is counted as `kHighestTrackable`, and in
  /// `clamped()`.
  void record(std::uint64_t value_ns) noexcept {
    clamped_ += value_ns > kHighestTrackable ? 1U : 0U;
    value_ns = std::min(value_ns, kHighestTrackable);
    ++counts_[index_of(value_ns)];
    ++count_;
    min_ = std::min(min_, value_ns);
    max_ = std::max(max_, value_ns);
  }

  /// Counts a value `times` times. If `count()` would exceed 2^64 - 1, changes nothing and returns
  /// false.
  bool record_n(std::uint64_t value_ns, std::uint64_t times) noexcept {
    return record_bucket({value_ns, value_ns, times});
  }

  /// Counts the values of a bucket of a histogram of any layout (`lowest <= highest`) at the middle
  /// of that bucket, and widens `min()` and `max()` to include both its ends. If `count()` would
  /// exceed 2^64 - 1, changes nothing and returns false.
  bool record_bucket(const Bucket& bucket) noexcept;

  /// Adds the values of `other`, as if they had all been recorded here. If `count()` would exceed
  /// 2^64 - 1, which only decoded histograms can cause, changes nothing and returns false.
  bool merge(const Histogram& other) noexcept;

  /// Sets the exact bounds and `clamped()`, which an encoding of the counts does not contain. `min`
  /// and `max` must lie in the outermost buckets in use: if the counts rule them out, changes
  /// nothing and returns false.
  bool restore(std::uint64_t min, std::uint64_t max, std::uint64_t clamped) noexcept;

  /// Removes all values. Takes time proportional to the range of values in use.
  void reset() noexcept;

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// The number of values above `kHighestTrackable`.
  [[nodiscard]] std::uint64_t clamped() const noexcept { return clamped_; }
  /// The smallest value, exact (but clamped); 0 if the histogram is empty.
  [[nodiscard]] std::uint64_t min() const noexcept { return empty() ? 0 : min_; }
  /// The largest value, exact (but clamped); 0 if the histogram is empty.
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  /// The mean, with each value taken as the middle of its bucket; 0 if the histogram is empty.
  [[nodiscard]] double mean() const noexcept;

  /// The value that at least `percentile` per cent of all values do not exceed: the highest value
  /// of its bucket, limited to `min()` and `max()`. Percentiles outside [0, 100] count as the
  /// nearer end. Returns 0 if the histogram is empty.
  [[nodiscard]] std::uint64_t value_at_percentile(double percentile) const noexcept;

  /// Calls `visit(Bucket)` for every bucket that is not empty, lowest first.
  template <typename Visit>
  void for_each_bucket(Visit visit) const {
    if (empty()) return;
    for (std::size_t i = index_of(min_), last = index_of(max_); i <= last; ++i) {
      if (counts_[i] != 0) visit(Bucket{lowest_at(i), highest_at(i), counts_[i]});
    }
  }

  /// The counts in the order of the layout, up to the last bucket in use.
  [[nodiscard]] std::span<const std::uint64_t> counts() const noexcept {
    return std::span(counts_).first(empty() ? 0 : index_of(max_) + 1);
  }

  /// The smallest and the largest value in the same bucket as `value_ns`, which is at most
  /// `kHighestTrackable`.
  [[nodiscard]] static constexpr std::uint64_t lowest_equivalent(std::uint64_t value_ns) noexcept {
    return lowest_at(index_of(value_ns));
  }
  [[nodiscard]] static constexpr std::uint64_t highest_equivalent(std::uint64_t value_ns) noexcept {
    return highest_at(index_of(value_ns));
  }

  /// True if both hold the same counts and the same exact bounds.
  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  // 2 * 10^3 values of width one need 2^11 buckets; half of that is 2^10.
  static constexpr unsigned kHalfBits = 10;
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;

  // How often the bucket width has doubled at this value: 0 below 2048.
  static constexpr unsigned doublings(std::uint64_t value) noexcept {
    return static_cast<unsigned>(std::bit_width(value | (2 * kHalf - 1))) - kHalfBits - 1;
  }
  static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    const unsigned shift = doublings(value);
    return (static_cast<std::size_t>(shift) << kHalfBits) + static_cast<std::size_t>(value >> shift);
  }
  static constexpr unsigned shift_at(std::size_t index) noexcept {
    return index < 2 * kHalf ? 0 : static_cast<unsigned>(index >> kHalfBits) - 1;
  }
  static constexpr std::uint64_t lowest_at(std::size_t index) noexcept {
    const unsigned shift = shift_at(index);
    return static_cast<std::uint64_t>(index - (static_cast<std::size_t>(shift) << kHalfBits)) << shift;
  }
  static constexpr std::uint64_t highest_at(std::size_t index) noexcept {
    return lowest_at(index) + (std::uint64_t{1} << shift_at(index)) - 1;
  }

  // Two halves for the values of width one, and one for each doubling after that.
  static constexpr std::size_t kCounts =
      (static_cast<std::size_t>(std::bit_width(kHighestTrackable)) - (kHalfBits + 1) + 2) * kHalf;
  static_assert(kCounts == 33'792);

  // Zeroed by the kernel: a run has dozens of histograms, and each uses a small part of its range.
  std::vector<std::uint64_t, ZeroedAllocator<std::uint64_t>> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t clamped_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

}  // namespace backtalk::stats
