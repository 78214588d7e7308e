// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/interval_series.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::stats {
namespace {

IntervalRow row_of(const Interval& interval) {
  return {.t_s = interval.index + 1,
          .completed = interval.completed,
          .failed = interval.failed,
          .p50_ns = interval.latency.value_at_percentile(50),
          .p99_ns = interval.latency.value_at_percentile(99)};
}

}  // namespace

void Interval::merge(const Interval& other) noexcept {
  completed += other.completed;
  failed += other.failed;
  latency.merge(other.latency);
}

void Interval::reset() noexcept {
  index = completed = failed = 0;
  latency.reset();
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
  index_ = (now_ns - begin_ns_) / kIntervalNs;
  end_ns_ = begin_ns_ + (index_ + 1) * kIntervalNs;
}

bool IntervalRecorder::fetch(Interval& interval) noexcept {
  if (!full_.load(std::memory_order_acquire)) return false;
  interval.reset();
  std::swap(interval, slots_[reading_].interval);
  reading_ ^= 1;
  full_.store(false, std::memory_order_release);
  return true;
}

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
}

void IntervalSeries::drop_idle_from(double second) {
  const auto idle = [second](const IntervalRow& row) {
    return row.completed == 0 && row.failed == 0 && static_cast<double>(row.t_s) >= second + 1;
  };
  while (!rows_.empty() && idle(rows_.back())) rows_.pop_back();
}

// Returns the open interval of that index. If too many are open, some worker lags far behind: the
// first one is closed.
Interval& IntervalSeries::open(std::uint64_t index) {
  auto at = std::ranges::lower_bound(open_, index, {}, &Interval::index);
  if (at != open_.end() && at->index == index) return *at;
  if (open_.size() == kOpenMax && at != open_.begin()) {
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
  const IntervalRow row = row_of(interval);
  const auto at = std::ranges::lower_bound(rows_, row.t_s, {}, &IntervalRow::t_s);
  if (at == rows_.end() || at->t_s != row.t_s) {
    rows_.insert(at, row);
    return;
  }
  at->completed += row.completed;
  at->failed += row.failed;
}

void IntervalSeries::close_first() {
  Interval first = std::move(open_.front());
  open_.erase(open_.begin());
  rows_.push_back(row_of(first));
  closed_ = first.index + 1;
  first.reset();
  spare_.push_back(std::move(first));
}

}  // namespace backtalk::stats
