// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/interval_series.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using backtalk::stats::Histogram;
using backtalk::stats::Interval;
using backtalk::stats::IntervalRecorder;
using backtalk::stats::IntervalRow;
using backtalk::stats::IntervalSeries;

Interval interval(std::uint64_t index, std::uint64_t completed, std::uint64_t latency_ns,
                  std::uint64_t failed = 0) {
  Interval made;
  made.index = index;
  made.completed = completed;
  made.failed = failed;
  made.latency.record_n(latency_ns, completed);
  return made;
}

std::vector<IntervalRow> rows(const IntervalSeries& series) {
  return {series.rows().begin(), series.rows().end()};
}

TEST(IntervalRecorder, ThereIsNothingToFetchBeforeTheFirstRoll) {
  IntervalRecorder recorder;
  recorder.completed(5);
  Interval taken = interval(9, 1, 1);
  EXPECT_FALSE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 9U);
}

TEST(IntervalRecorder, AFinishedIntervalIsFetchedOnce) {
  IntervalRecorder recorder;
  recorder.completed(1000);
  recorder.completed(1500);
  recorder.failed();
  EXPECT_TRUE(recorder.roll(0));
  recorder.completed(7);
  // What it held before is gone, and does not come back with a later interval.
  Interval taken = interval(9, 3, 1);
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 0U);
  EXPECT_EQ(taken.completed, 2U);
  EXPECT_EQ(taken.failed, 1U);
  EXPECT_EQ(taken.latency.count(), 2U);
  EXPECT_EQ(taken.latency.max(), 1500U);
  EXPECT_FALSE(recorder.fetch(taken));
  EXPECT_TRUE(recorder.roll(1));
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 1U);
  EXPECT_EQ(taken.completed, 1U);
  EXPECT_EQ(taken.latency.max(), 7U);
  EXPECT_TRUE(recorder.roll(2));
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.completed, 0U);
  EXPECT_TRUE(taken.latency.empty());
}

TEST(IntervalRecorder, UnfetchedCountsGoIntoTheNextInterval) {
  IntervalRecorder recorder;
  recorder.completed(1);
  EXPECT_TRUE(recorder.roll(0));
  recorder.completed(2);
  EXPECT_FALSE(recorder.roll(1));
  recorder.failed();
  Interval taken;
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.completed, 1U);
  EXPECT_TRUE(recorder.roll(2));
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 2U);
  EXPECT_EQ(taken.completed, 1U);
  EXPECT_EQ(taken.failed, 1U);
}

TEST(IntervalRecorder, WhatHappenedAfterTheEndOfAnIntervalCountsInTheNext) {
  constexpr std::uint64_t kBegin = 500;
  constexpr std::uint64_t kSecond = IntervalRecorder::kIntervalNs;
  IntervalRecorder recorder;
  recorder.advance(kBegin + 9 * kSecond);  // it has not started
  recorder.start(kBegin);
  EXPECT_EQ(recorder.end_ns(), kBegin + kSecond);
  recorder.advance(kBegin + kSecond - 1);
  recorder.completed(1);
  Interval taken;
  EXPECT_FALSE(recorder.fetch(taken));
  recorder.advance(kBegin + kSecond);
  recorder.completed(2);
  recorder.failed();
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 0U);
  EXPECT_EQ(taken.completed, 1U);
  recorder.advance(kBegin + 5 * kSecond + 1);  // the thread was stopped for seconds
  EXPECT_EQ(recorder.index(), 5U);
  EXPECT_EQ(recorder.end_ns(), kBegin + 6 * kSecond);
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.index, 1U);
  EXPECT_EQ(taken.completed, 1U);
  EXPECT_EQ(taken.failed, 1U);
}

// Two threads, for the sanitizer and for the sums: whatever the interleaving nothing is lost or
// counted twice.
TEST(IntervalRecorder, NothingIsLostBetweenTwoThreads) {
  constexpr std::uint64_t kCount = 400'000;
  constexpr std::uint64_t kPerInterval = 500;
  IntervalRecorder recorder;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kCount; ++i) {
      recorder.completed(i);
      if (i % 4 == 0) recorder.failed();
      if (i % kPerInterval == kPerInterval - 1) recorder.roll(i / kPerInterval);
    }
    done.store(true);
  });
  Interval taken;
  Interval total;
  std::uint64_t next_index = 0;
  const auto add = [&] {
    EXPECT_GE(taken.index, next_index);
    EXPECT_EQ(taken.latency.count(), taken.completed);
    next_index = taken.index + 1;
    total.merge(taken);
  };
  while (!done.load()) {
    if (recorder.fetch(taken)) add();
  }
  writer.join();
  while (recorder.fetch(taken)) add();
  recorder.roll(kCount / kPerInterval);
  if (recorder.fetch(taken)) add();
  Histogram expected;
  for (std::uint64_t i = 0; i < kCount; ++i) expected.record(i);
  EXPECT_EQ(total.completed, kCount);
  EXPECT_EQ(total.failed, kCount / 4);
  EXPECT_EQ(total.latency, expected);
}

TEST(IntervalSeries, ARowIsClosedOnceEveryThreadHasReportedIt) {
  IntervalSeries series(2);
  series.add(0, interval(0, 10, 1000, 1));
  EXPECT_TRUE(series.rows().empty());
  series.add(1, interval(0, 30, 2000, 2));
  const std::vector<IntervalRow> expected = {
      {.t_s = 1, .completed = 40, .failed = 3, .p50_ns = 2000, .p99_ns = 2000}};
  EXPECT_EQ(rows(series), expected);
}

TEST(IntervalSeries, ThreadsMayReportOutOfStep) {
  IntervalSeries series(2);
  series.add(0, interval(0, 1, 5));
  series.add(0, interval(1, 2, 5));
  series.add(1, interval(0, 4, 5));
  ASSERT_EQ(series.rows().size(), 1U);
  EXPECT_EQ(series.rows()[0].completed, 5U);
  series.finish();
  ASSERT_EQ(series.rows().size(), 2U);
  EXPECT_EQ(series.rows()[1].t_s, 2U);
  EXPECT_EQ(series.rows()[1].completed, 2U);
}

TEST(IntervalSeries, AThreadThatSkipsAnIntervalDoesNotHoldItsRow) {
  IntervalSeries series(2);
  series.add(0, interval(0, 1, 5));
  series.add(0, interval(1, 1, 5));
  series.add(1, interval(1, 8, 5));  // it was late: what it did in interval 0 is in here
  ASSERT_EQ(series.rows().size(), 2U);
  EXPECT_EQ(series.rows()[0].completed, 1U);
  EXPECT_EQ(series.rows()[1].completed, 9U);
}

TEST(IntervalSeries, AThreadThatStallsHoldsABoundedNumberOfRows) {
  constexpr std::uint64_t kIntervals = 100;
  IntervalSeries series(2);
  for (std::uint64_t i = 0; i < kIntervals; ++i) series.add(0, interval(i, 2, 100));
  ASSERT_EQ(series.rows().size(), kIntervals - IntervalSeries::kOpenMax);
  for (std::uint64_t i = 0; i < kIntervals; ++i) series.add(1, interval(i, 1, 900));
  series.finish();
  ASSERT_EQ(series.rows().size(), kIntervals);
  for (std::uint64_t i = 0; i < kIntervals; ++i) {
    EXPECT_EQ(series.rows()[i].t_s, i + 1);
    EXPECT_EQ(series.rows()[i].completed, 3U);
  }
  EXPECT_EQ(series.rows().front().p99_ns, 100U);  // the late part counts, but not here
  EXPECT_EQ(series.rows().back().p99_ns, 900U);
}

TEST(IntervalSeries, ALateIntervalThatHasNoRowGetsOne) {
  IntervalSeries series(2);
  series.add(0, interval(0, 1, 5));
  for (std::uint64_t i = 2; i < 20; ++i) series.add(0, interval(i, 1, 5));
  series.add(1, interval(1, 6, 5));
  ASSERT_GE(series.rows().size(), 3U);
  EXPECT_EQ(series.rows()[1].t_s, 2U);
  EXPECT_EQ(series.rows()[1].completed, 6U);
  EXPECT_EQ(series.rows()[2].t_s, 3U);
}

TEST(IntervalSeries, IdleRowsAfterTheEndAreDroppedAndIdleRowsBeforeItStay) {
  IntervalSeries series(1);
  for (const std::uint64_t index : {0U, 1U, 2U, 3U}) series.add(0, interval(index, index == 0 ? 7 : 0, 100));
  series.finish();
  series.end_at(2'500'000'000);
  ASSERT_EQ(series.rows().size(), 3U);
  series.end_at(0);
  ASSERT_EQ(series.rows().size(), 1U);  // it holds something
  EXPECT_EQ(series.rows()[0].completed, 7U);
}

TEST(IntervalSeries, EighthsOfASecondMakeRowsOfASecond) {
  IntervalSeries series(1, {.interval_ns = IntervalRecorder::kIntervalNs / 8});
  for (std::uint64_t i = 0; i < 20; ++i) {
    if (i != 7) series.add(0, interval(i, 1, 100 * (i + 1)));  // the first second has no end
  }
  ASSERT_EQ(series.rows().size(), 2U) << "the third second goes on";
  EXPECT_EQ(series.rows()[0].completed, 7U);
  EXPECT_EQ(series.rows()[1].t_s, 2U);
  EXPECT_EQ(series.rows()[1].completed, 8U);
  EXPECT_EQ(series.rows()[1].p50_ns, 1200U) << "the fourth of eight";
  series.finish();
  series.end_at(2'500'000'000);
  ASSERT_EQ(series.rows().size(), 3U);
  EXPECT_EQ(series.rows()[2].completed, 4U);
  ASSERT_EQ(series.series().points.size(), 20U);
  EXPECT_EQ(series.series().points[7].completed, 0U);
  EXPECT_EQ(series.series().points[19].max_ns, 2000U);
}

TEST(IntervalRecorder, CountsOfWorkersAreTheirDifferences) {
  IntervalRecorder recorder;
  recorder.start(0, 10);
  recorder.count({.started = 4, .octets_sent = 100, .octets_received = 1000});  // of the warm-up
  recorder.count_octets_from({.started = 4, .octets_sent = 150, .octets_received = 1500});
  recorder.count({.started = 9, .octets_sent = 151, .octets_received = 1502});
  EXPECT_FALSE(recorder.is_over(9));
  EXPECT_TRUE(recorder.is_over(10));
  recorder.advance(10);
  recorder.count({.started = 10, .octets_sent = 161, .octets_received = 1502});
  Interval taken;
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.started, 9U);
  EXPECT_EQ(taken.octets_sent, 1U);
  EXPECT_EQ(taken.octets_received, 2U);
  recorder.failed(true);
  recorder.failed(false, true);
  recorder.unfinished();
  recorder.advance(20);
  ASSERT_TRUE(recorder.fetch(taken));
  EXPECT_EQ(taken.started, 1U);
  EXPECT_EQ(taken.octets_sent, 10U);
  EXPECT_EQ(taken.failed, 2U);
  EXPECT_EQ(taken.timed_out, 1U);
  EXPECT_EQ(taken.refused, 1U);
  EXPECT_EQ(taken.unfinished, 1U);
}

}  // namespace
