// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Throughput interval by interval, without locks and with constant memory per second.
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
#include "stats/interval.hpp"
#include "stats/series.hpp"

namespace backtalk::stats {

/// Counts that a worker only ever adds to, at one instant; intervals have their differences.
struct IntervalMarks {
  std::uint64_t started = 0;  ///< measured transactions
  std::uint64_t octets_sent = 0;
  std::uint64_t octets_received = 0;
};

/// One worker's counts for the current interval, and the last finished interval until the reader
/// takes it.
///
/// One thread writes (all but `fetch`) and one thread reads (`fetch`); neither ever waits. There
/// are two slots. The writer owns one; the other is either empty, and the writer may switch to it,
/// or full and the reader's. Nothing is allocated after construction.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): each thread has cache lines of its own
class IntervalRecorder {
 public:
  static constexpr std::uint64_t kIntervalNs = 1'000'000'000;

  /// Writer: the first interval begins at `begin_ns`, and each lasts `interval_ns`. Before that
  /// call no interval ends.
  void start(std::uint64_t begin_ns, std::uint64_t interval_ns = kIntervalNs) noexcept {
    begin_ns_ = begin_ns;
    interval_ns_ = interval_ns;
    end_ns_ = begin_ns + interval_ns;
  }

  /// Writer: octets count from these on.
  void count_octets_from(const IntervalMarks& marks) noexcept {
    marks_.octets_sent = marks.octets_sent;
    marks_.octets_received = marks.octets_received;
    counts_octets_ = true;
  }

  /// Writer: adds what has happened since the last call to the interval that is being counted. To
  /// be called before each `advance` that is due, and before the last `roll`.
  /// `errors` are all that the worker has counted, in the order in which their names first came.
  void count(const IntervalMarks& marks, std::span<const NamedCount> errors = {}) noexcept;

  /// True if `advance` is due.
  [[nodiscard]] bool is_over(std::uint64_t now_ns) const noexcept { return now_ns >= end_ns_; }

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
  void failed(bool timed_out = false, bool refused = false) noexcept {
    Interval& interval = slots_[writing_].interval;
    ++interval.failed;
    interval.timed_out += timed_out ? 1 : 0;
    interval.refused += refused ? 1 : 0;
  }

  /// Writer: a transaction was given up because the run ended.
  void unfinished() noexcept { ++slots_[writing_].interval.unfinished; }

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
  void count_errors(std::span<const NamedCount> errors) noexcept;

  struct alignas(kCacheLine) Slot {
    Interval interval;
  };

  std::array<Slot, 2> slots_;
  alignas(kCacheLine) std::size_t writing_ = 0;  // used by the writer only, as what follows
  std::uint64_t begin_ns_ = 0;
  std::uint64_t interval_ns_ = kIntervalNs;
  IntervalMarks marks_;
  // The errors that are counted already, by their place; those in all that have no place.
  std::array<std::uint64_t, ErrorCounts::kNamesMax> errors_{};
  std::uint64_t other_errors_ = 0;
  bool counts_octets_ = false;
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

/// Joins the workers' intervals, which last a second or an eighth of it, into rows of a second and
/// into a series. Not thread safe.
///
/// Memory: one row per second, a series, and the histograms of the intervals of at most `kOpenMax`
/// seconds that some worker has not reported yet.
class IntervalSeries {
 public:
  static constexpr std::size_t kOpenMax = 8;  ///< seconds

  explicit IntervalSeries(std::size_t threads, const SeriesPlan& plan = {});

  /// Adds what a worker counted in one interval. `thread` is less than the number of threads, and
  /// the indices of a worker ascend. An interval that arrives after its row was closed is still
  /// added to the row's counts, but no longer changes its percentiles.
  void add(std::size_t thread, const Interval& interval);

  /// Closes every row, as no worker has more to report.
  void finish();

  /// After `finish`: the run was over after so long. Drops trailing rows that are empty and begin
  /// then or later, and joins such points of the series to the last one before.
  void end_at(std::uint64_t elapsed_ns);

  /// The closed rows, by time. A second that no worker reported has no row. Valid until the next
  /// `add` or `finish`.
  [[nodiscard]] std::span<const IntervalRow> rows() const noexcept { return rows_; }

  /// The sum of the closed intervals, if the plan says so; otherwise nothing. Valid until the next
  /// `add` or `finish`.
  [[nodiscard]] const Interval& sum() const noexcept { return sum_; }

  /// How long the closed intervals are together, from the start of the run.
  [[nodiscard]] std::uint64_t closed_ns() const noexcept {
    return closed_ * (IntervalRecorder::kIntervalNs / intervals_a_second_);
  }

  /// The same in points; all of them after `end_at`.
  [[nodiscard]] const Series& series() const noexcept { return builder_.series(); }

 private:
  [[nodiscard]] Interval& open(std::uint64_t index);
  void add_late(const Interval& interval);
  void close_first();
  void close_second();

  std::uint64_t intervals_a_second_;
  SeriesBuilder builder_;
  bool sums_up_;
  Interval sum_;

  // By worker: the intervals below this index have been reported.
  std::vector<std::uint64_t> reported_;
  std::vector<Interval> open_;  // by index
  std::vector<Interval> spare_;
  std::vector<IntervalRow> rows_;
  Interval second_;           // the second whose intervals are being closed, with its index
  bool has_second_ = false;   // some are in it
  std::uint64_t closed_ = 0;  // the intervals below this one are closed
};

}  // namespace backtalk::stats
