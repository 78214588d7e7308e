// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The latencies of a run in batches of equal length, from which the intervals of its percentiles
/// are made (stats/batch_interval.hpp).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stats/histogram.hpp"
#include "stats/zeroed_allocator.hpp"

namespace backtalk::stats {

/// Some equal batches of one run, in order of time.
struct BatchSeries {
  std::uint64_t width_ns = 0;  ///< how long each of them lasted
  std::vector<Histogram> latency = {};
  friend bool operator==(const BatchSeries&, const BatchSeries&) = default;
};

/// Collects them. How long a run is need not be known: the batches begin as short ones, and
/// whenever there are too many, each two become one. So there are always 64 to 128 once the run is
/// long enough. Their lengths are powers of two, and all threads' batches begin at the same
/// instant, so that they can be added.
///
/// Not thread safe. Memory: 4.7 MB, allocated once, of which only the pages of latencies that occur
/// are used. Latencies are counted with an error of 0.4 %.
class Batches {
 public:
  static constexpr std::size_t kMax = 128;
  static constexpr unsigned kFinestShift = 20;  ///< the shortest batch: 2^20 ns, a millisecond
  /// The largest ratio of two latencies that are counted as one.
  static constexpr double kResolution = 1.0 / 128;

  Batches() : counts_(kMax * kCounts) {}

  /// The first batch begins at `begin_ns`. A run of `expected_ns` (0: not known) needs no two
  /// batches to become one.
  void start(std::uint64_t begin_ns, std::uint64_t expected_ns = 0) noexcept;

  /// Counts a latency that ended at `now_ns`.
  void record(std::uint64_t now_ns, std::uint64_t latency_ns) noexcept {
    const std::uint64_t since = now_ns > begin_ns_ ? now_ns - begin_ns_ : 0;
    while (since >> shift_ >= kMax) halve();
    const std::size_t index = index_of(latency_ns);
    ++counts_[(since >> shift_) * kCounts + index];
    used_ = used_ > index ? used_ : index + 1;
  }

  /// Adds those of another thread, which began at the same instant.
  void add(const Batches& other) noexcept;

  /// Those that were over after `length_ns`, as `least` to twice as many equal batches; none if
  /// there are fewer.
  [[nodiscard]] BatchSeries series(std::uint64_t length_ns, std::size_t least) const;

 private:
  // The layout is that of Histogram, with 128 buckets to a power of two.
  static constexpr unsigned kHalfBits = 7;
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;
  static constexpr std::size_t kCounts =
      (static_cast<std::size_t>(std::bit_width(Histogram::kHighestTrackable)) - (kHalfBits + 1) + 2) * kHalf;

  static std::size_t index_of(std::uint64_t value) noexcept {
    value = value < Histogram::kHighestTrackable ? value : Histogram::kHighestTrackable;
    const auto shift = static_cast<unsigned>(std::bit_width(value | (2 * kHalf - 1))) - kHalfBits - 1;
    return (static_cast<std::size_t>(shift) << kHalfBits) + static_cast<std::size_t>(value >> shift);
  }
  static Histogram::Bucket middle(std::size_t index, std::uint64_t count) noexcept;
  void halve() noexcept;

  std::vector<std::uint64_t, ZeroedAllocator<std::uint64_t>> counts_;  // kCounts for each batch
  std::uint64_t begin_ns_ = 0;
  unsigned shift_ = kFinestShift;
  std::size_t used_ = 0;  // from this bucket on nothing was counted
};

}  // namespace backtalk::stats
