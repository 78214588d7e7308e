// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Throughput second by second, without locks and with constant memory per second.
///
/// A worker owns an `IntervalRecorder` and counts into it. An interval that is over when the time
/// advances is handed over; the main thread takes it with `fetch` and passes it to the
/// `IntervalSeries`:
///
///     worker:  recorder.advance(now_ns); recorder.completed(latency_ns);
///     main:    if (recorder.fetch(interval)) series.add(thread, interval);
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "stats/histogram.hpp"

namespace backtalk::stats {

/// What one worker counted in one interval.
struct Interval {
  std::uint64_t index = 0;  ///< 0 for the first interval of the run
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  Histogram latency;  ///< of completed transactions

  /// Adds the counts of `other` and keeps the index.
  void merge(const Interval& other) noexcept;
  /// Sets all counts to 0 without deallocating anything.
  void reset() noexcept;
};

/// One worker's counts for the current interval, and the last finished interval until the reader
/// takes it.
///
/// One thread writes (all but `fetch`) and one thread reads (`fetch`); neither ever waits. There
/// are two slots. The writer owns one; the other is either empty, and the writer may switch to it,
/// or full and the reader's. Nothing is allocated after construction.
class IntervalRecorder {
 public:
  static constexpr std::uint64_t kIntervalNs = 1'000'000'000;

  /// Writer: the first interval begins at `begin_ns`. Before that call no interval ends.
  void start(std::uint64_t begin_ns) noexcept {
    begin_ns_ = begin_ns;
    end_ns_ = begin_ns + kIntervalNs;
  }

  /// Writer: it is `now_ns`, and what is counted from now on happened then: an interval that is
  /// over is handed over first. Called with each count, since a thread that was not given a core
  /// at the end of an interval would otherwise count into it what happened later.
  void advance(std::uint64_t now_ns) noexcept {
    if (now_ns >= end_ns_) roll_to(now_ns);
  }

  /// When the interval that is being counted ends: the time at which `advance` is due.
  [[nodiscard]] std::uint64_t end_ns() const noexcept { return end_ns_; }

  /// The interval that is being counted.
  [[nodiscard]] std::uint64_t index() const noexcept { return index_; }

  /// Writer: a transaction completed.
  void completed(std::uint64_t latency_ns) noexcept {
    Interval& interval = slots_[writing_].interval;
    ++interval.completed;
    interval.latency.record(latency_ns);
  }

  /// Writer: a transaction failed.
  void failed() noexcept { ++slots_[writing_].interval.failed; }

  /// Writer: the interval `index` is over; whatever was counted since the last `roll` that returned
  /// true belongs to it. Returns false if the reader has not taken the interval before: counting
  /// then continues, and the next `roll` hands over both.
  bool roll(std::uint64_t index) noexcept;

  /// Reader: takes the finished interval in exchange for `interval`'s buffer. If there is none,
  /// changes nothing and returns false. Once the writer's thread is joined, the reader may call
  /// `roll` itself to take the rest.
  bool fetch(Interval& interval) noexcept;

 private:
  static constexpr std::size_t kCacheLine = 64;

  void roll_to(std::uint64_t now_ns) noexcept;

  struct alignas(kCacheLine) Slot {
    Interval interval;
  };

  std::array<Slot, 2> slots_;
  alignas(kCacheLine) std::size_t writing_ = 0;  // used by the writer only, as what follows
  std::uint64_t begin_ns_ = 0;
  std::uint64_t end_ns_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t index_ = 0;
  // Used by the reader only: the slot that is handed over next.
  alignas(kCacheLine) std::size_t reading_ = 0;
  // True if the slot that is not being written holds a finished interval.
  alignas(kCacheLine) std::atomic<bool> full_ = false;
};

/// One second of the run, all workers together.
struct IntervalRow {
  std::uint64_t t_s = 0;  ///< when it ended, from the start of the run
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  friend constexpr bool operator==(const IntervalRow&, const IntervalRow&) = default;
};

/// Joins the workers' one-second intervals into rows. Not thread safe.
///
/// Memory: one row per second, and the histograms of at most `kOpenMax` seconds that some worker
/// has not reported yet.
class IntervalSeries {
 public:
  static constexpr std::size_t kOpenMax = 8;

  explicit IntervalSeries(std::size_t threads) : reported_(threads) {}

  /// Adds what a worker counted in one interval. `thread` is less than the number of threads, and
  /// the indices of a worker ascend. An interval that arrives after its row was closed is still
  /// added to the row's counts, but no longer changes its percentiles.
  void add(std::size_t thread, const Interval& interval);

  /// Closes every row, as no worker has more to report.
  void finish();

  /// After `finish`: drops trailing rows that are empty and begin at `second` or later, when the
  /// run was over.
  void drop_idle_from(double second);

  /// The closed rows, by time. A second that no worker reported has no row. Valid until the next
  /// `add` or `finish`.
  [[nodiscard]] std::span<const IntervalRow> rows() const noexcept { return rows_; }

 private:
  [[nodiscard]] Interval& open(std::uint64_t index);
  void add_late(const Interval& interval);
  void close_first();

  // By worker: the intervals below this index have been reported.
  std::vector<std::uint64_t> reported_;
  std::vector<Interval> open_;  // by index
  std::vector<Interval> spare_;
  std::vector<IntervalRow> rows_;
  std::uint64_t closed_ = 0;  // the rows of the intervals below this one are closed
};

}  // namespace backtalk::stats
