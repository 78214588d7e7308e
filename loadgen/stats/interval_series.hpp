// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Throughput second by second, in constant memory for each second and without locks.
///
/// A worker owns an `IntervalRecorder` and counts into it. When its clock passes the end of an interval it
/// calls `roll`, and the main thread takes the interval with `take` and gives it to the `IntervalSeries`:
///
///     worker:  recorder.completed(latency_ns); ... if (now_ns >= end_ns) recorder.roll(index++);
///     main:    if (recorder.take(interval)) series.add(thread, interval);
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/histogram.hpp"

namespace backtalk::stats {

/// What one worker did in one interval.
struct Interval {
  std::uint64_t index = 0;  ///< 0 for the first interval of the run
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  Histogram latency;  ///< of the completed ones

  /// Adds the counts of another; keeps the index.
  void merge(const Interval& other) noexcept;
  /// Empty again; nothing is deallocated.
  void reset() noexcept;
};

/// One worker's counts for the interval that runs, and the last finished one until the reader takes it.
///
/// One thread writes (`completed`, `failed`, `roll`) and one thread reads (`take`); neither ever waits. There
/// are two slots: the writer has one, and the other is either empty and the writer's to change to, or full
/// and the reader's. Nothing is allocated after construction.
class IntervalRecorder {
 public:
  /// Writer: a transaction was answered.
  void completed(std::uint64_t latency_ns) noexcept {
    Interval& interval = slots_[writing_].interval;
    ++interval.completed;
    interval.latency.record(latency_ns);
  }

  /// Writer: a transaction failed.
  void failed() noexcept { ++slots_[writing_].interval.failed; }

  /// Writer: the interval `index` is over; what was counted since the last `roll` that returned true belongs
  /// to it. False where the reader has not taken the one before: then counting goes on and the next `roll`
  /// hands over both.
  bool roll(std::uint64_t index) noexcept;

  /// Reader: takes the finished interval, in exchange for `interval`'s buffer. False, and no change, where
  /// there is none. Once the writer's thread is joined the reader may call `roll` itself, to take what is
  /// left.
  bool take(Interval& interval) noexcept;

 private:
  static constexpr std::size_t kCacheLine = 64;

  struct alignas(kCacheLine) Slot {
    Interval interval;
  };

  std::array<Slot, 2> slots_;
  alignas(kCacheLine) std::size_t writing_ = 0;  // the writer's
  alignas(kCacheLine) std::size_t reading_ = 0;  // the reader's: the slot that is handed over next
  // The slot that is not written to holds a finished interval.
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

/// Joins the workers' intervals of one second each into rows. Not thread safe.
///
/// Memory: a row a second, and the histograms of at most `kOpenMax` seconds that some worker has not reported
/// yet.
class IntervalSeries {
 public:
  static constexpr std::size_t kOpenMax = 8;

  explicit IntervalSeries(std::size_t threads) : reported_(threads) {}

  /// Adds what a worker (`thread` below the number given) did in one interval; indices of a worker ascend. An
  /// interval that comes after its row was closed still adds to the row's counts; its percentiles then stay.
  void add(std::size_t thread, const Interval& interval);

  /// Closes every row: no worker has more to report.
  void finish();

  /// Once finished: drops the last rows, as far as they begin at that second or later and hold nothing. The
  /// run was over by then.
  void drop_idle_from(double second);

  /// The closed rows, by time. A second that no worker reported has none. Valid until the next `add` or
  /// `finish`.
  [[nodiscard]] std::span<const IntervalRow> rows() const noexcept { return rows_; }

 private:
  [[nodiscard]] Interval& open(std::uint64_t index);
  void add_late(const Interval& interval);
  void close_first();

  std::vector<std::uint64_t> reported_;  // by worker: it has reported the intervals below this one
  std::vector<Interval> open_;           // by index
  std::vector<Interval> spare_;
  std::vector<IntervalRow> rows_;
  std::uint64_t closed_ = 0;  // the rows of the intervals below this one are closed
};

}  // namespace backtalk::stats
