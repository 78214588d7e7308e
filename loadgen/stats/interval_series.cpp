// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/interval_series.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::stats {
namespace {

IntervalRow row_of(const Interval& interval, std::uint64_t second) {
  return {.t_s = second + 1,
          .completed = interval.completed,
          .failed = interval.failed,
          .p50_ns = interval.latency.value_at_percentile(50),
          .p99_ns = interval.latency.value_at_percentile(99)};
}

}  // namespace

void IntervalRecorder::count(const IntervalMarks& marks, std::span<const NamedCount> errors) noexcept {
  Interval& interval = slots_[writing_].interval;
  interval.started += marks.started - marks_.started;
  if (counts_octets_) {
    interval.octets_sent += marks.octets_sent - marks_.octets_sent;
    interval.octets_received += marks.octets_received - marks_.octets_received;
  }
  marks_ = marks;
  count_errors(errors);
}

void IntervalRecorder::count_errors(std::span<const NamedCount> errors) noexcept {
  ErrorCounts& counted = slots_[writing_].interval.errors;
  std::uint64_t others = 0;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (i >= errors_.size()) {
      others += errors[i].count;
      continue;
    }
    if (errors[i].count > errors_[i]) counted.add(errors[i].name, errors[i].count - errors_[i]);
    errors_[i] = errors[i].count;
  }
  if (others > other_errors_) counted.add_others(others - other_errors_);
  other_errors_ = std::max(other_errors_, others);
}

bool IntervalRecorder::roll(std::uint64_t index) noexcept {
  if (full_.load(std::memory_order_acquire)) return false;
  slots_[writing_].interval.index = index;
  writing_ ^= 1;
  full_.store(true, std::memory_order_release);
  return true;
}

void IntervalRecorder::roll_to(std::uint64_t now_ns) noexcept {
  roll(index_);
  index_ = (now_ns - begin_ns_) / interval_ns_;
  end_ns_ = begin_ns_ + (index_ + 1) * interval_ns_;
}

bool IntervalRecorder::fetch(Interval& interval) noexcept {
  if (!full_.load(std::memory_order_acquire)) return false;
  interval.reset();
  std::swap(interval, slots_[reading_].interval);
  reading_ ^= 1;
  full_.store(false, std::memory_order_release);
  return true;
}

IntervalSeries::IntervalSeries(std::size_t threads, const SeriesPlan& plan)
    : intervals_a_second_(std::max<std::uint64_t>(IntervalRecorder::kIntervalNs / plan.interval_ns, 1)),
      builder_(plan),
      sums_up_(plan.sums_up),
      reported_(threads) {}

void IntervalSeries::add(std::size_t thread, const Interval& interval) {
  if (interval.index < closed_) {
    add_late(interval);
  } else {
    open(interval.index).merge(interval);
  }
  reported_[thread] = std::max(reported_[thread], interval.index + 1);
  const std::uint64_t all_reported = *std::ranges::min_element(reported_);
  while (!open_.empty() && open_.front().index < all_reported) close_first();
  closed_ = std::max(closed_, all_reported);
}

void IntervalSeries::finish() {
  while (!open_.empty()) close_first();
  close_second();
}

void IntervalSeries::end_at(std::uint64_t elapsed_ns) {
  const auto idle = [elapsed_ns](const IntervalRow& row) {
    return row.completed == 0 && row.failed == 0 &&
           (row.t_s - 1) * IntervalRecorder::kIntervalNs >= elapsed_ns;
  };
  while (!rows_.empty() && idle(rows_.back())) rows_.pop_back();
  builder_.finish(elapsed_ns);
}

// Returns the open interval of that index. If too many are open, some worker lags far behind: the
// first one is closed.
Interval& IntervalSeries::open(std::uint64_t index) {
  auto at = std::ranges::lower_bound(open_, index, {}, &Interval::index);
  if (at != open_.end() && at->index == index) return *at;
  if (open_.size() == kOpenMax * intervals_a_second_ && at != open_.begin()) {
    close_first();
    at = std::ranges::lower_bound(open_, index, {}, &Interval::index);
  }
  Interval fresh;
  if (!spare_.empty()) {
    fresh = std::move(spare_.back());
    spare_.pop_back();
  }
  fresh.index = index;
  return *open_.insert(at, std::move(fresh));
}

void IntervalSeries::add_late(const Interval& interval) {
  builder_.add(interval);
  if (sums_up_) sum_.merge(interval);
  const std::uint64_t second = interval.index / intervals_a_second_;
  if (has_second_ && second_.index == second) return second_.merge(interval);
  const auto at = std::ranges::lower_bound(rows_, second + 1, {}, &IntervalRow::t_s);
  if (at == rows_.end() || at->t_s != second + 1) {
    rows_.insert(at, row_of(interval, second));
    return;
  }
  at->completed += interval.completed;
  at->failed += interval.failed;
}

void IntervalSeries::close_first() {
  Interval first = std::move(open_.front());
  open_.erase(open_.begin());
  builder_.add(first);
  if (sums_up_) sum_.merge(first);
  closed_ = first.index + 1;
  const std::uint64_t second = first.index / intervals_a_second_;
  if (has_second_ && second_.index != second) close_second();
  second_.merge(first);
  second_.index = second;
  has_second_ = true;
  if (closed_ % intervals_a_second_ == 0) close_second();
  first.reset();
  spare_.push_back(std::move(first));
}

void IntervalSeries::close_second() {
  if (!has_second_) return;
  rows_.push_back(row_of(second_, second_.index));
  second_.reset();
  has_second_ = false;
}

}  // namespace backtalk::stats
