// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/series.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>

#include "stats/hdr_v2.hpp"

namespace {

using backtalk::stats::decode_v2_compressed;
using backtalk::stats::Histogram;
using backtalk::stats::Interval;
using backtalk::stats::Series;
using backtalk::stats::SeriesBuilder;
using backtalk::stats::SeriesPlan;
using backtalk::stats::SeriesPoint;

constexpr std::uint64_t kSecond = 1'000'000'000;

Interval interval(std::uint64_t index, std::uint64_t completed, std::uint64_t latency_ns) {
  Interval made;
  made.index = index;
  made.started = made.completed = completed;
  made.latency.record_n(latency_ns, completed);
  return made;
}

TEST(Series, PointsFollowEachOtherWithoutAGap) {
  SeriesBuilder builder({});
  builder.add(interval(0, 1000, 50));
  builder.add(interval(3, 2, 70));
  builder.finish(4 * kSecond);
  const Series& series = builder.series();
  EXPECT_EQ(series.width_ns, kSecond);
  ASSERT_EQ(series.points.size(), 4U);
  EXPECT_EQ(series.points[0].p99_ns, 50U);
  EXPECT_EQ(series.points[1], SeriesPoint{});
  EXPECT_EQ(series.points[3].p50_ns, 70U);
  EXPECT_EQ(series.points[3].p99_ns, std::nullopt) << "two are too few";
  EXPECT_EQ(series.points[3].max_ns, 70U);
  EXPECT_TRUE(series.points[0].histogram.empty());
}

TEST(Series, ALateIntervalCountsAndMakesPercentilesUnknown) {
  SeriesBuilder builder({});
  for (std::uint64_t i = 0; i < 4; ++i) {
    if (i != 2) builder.add(interval(i, 1, 50));
  }
  builder.add(interval(2, 4, 60));
  builder.add(interval(0, 1, 900));
  builder.finish(4 * kSecond);
  const Series& series = builder.series();
  ASSERT_EQ(series.points.size(), 4U);
  EXPECT_EQ(series.points[2].completed, 4U);
  EXPECT_EQ(series.points[0].completed, 2U);
  EXPECT_EQ(series.points[0].max_ns, 900U);
  EXPECT_EQ(series.points[0].p50_ns, std::nullopt);
  EXPECT_EQ(series.total()->completed, 8U);
}

TEST(Series, WhatEndsAfterTheRunIsInItsLastPoint) {
  SeriesBuilder builder({});
  builder.add(interval(0, 1, 50));
  Interval late = interval(5, 0, 0);
  late.unfinished = 3;
  late.octets_received = 9;
  builder.add(late);
  builder.finish(kSecond / 2);
  ASSERT_EQ(builder.series().points.size(), 1U);
  EXPECT_EQ(builder.series().points[0].unfinished, 3U);
  EXPECT_EQ(builder.series().points[0].octets_received, 9U);
  EXPECT_EQ(builder.series().points[0].p50_ns, 50U);
}

TEST(Series, ARunOfUnknownLengthIsBoundedAndKeepsItsPercentiles) {
  constexpr std::uint64_t kIntervals = 5000;
  SeriesBuilder builder(SeriesPlan::for_duration(0, 0, false));
  Histogram first;  // what the first point has in the end: 8 intervals
  for (std::uint64_t i = 0; i < kIntervals; ++i) {
    builder.add(interval(i, 300, 1000 + i));
    if (i < 8) first.record_n(1000 + i, 300);
    ASSERT_LE(builder.series().points.size(), Series::kPointsMax);
  }
  builder.finish(kIntervals * (kSecond / 8));
  const Series& series = builder.series();
  EXPECT_EQ(series.width_ns, kSecond);
  ASSERT_EQ(series.points.size(), 625U);
  EXPECT_EQ(series.points[0].completed, 2400U);
  EXPECT_EQ(series.points[0].p50_ns, first.value_at_percentile(50));
  EXPECT_EQ(series.points[0].p99_ns, 1007U);
  EXPECT_TRUE(series.points[0].histogram.empty()) << "nobody has asked for it";
  EXPECT_EQ(series.total()->started, 300 * kIntervals);
}

TEST(Series, ALongRunIsCutIntoLongerPointsFromTheStart) {
  EXPECT_EQ(SeriesPlan::for_duration(10 * kSecond, 0, false).interval_ns, kSecond / 8);
  EXPECT_EQ(SeriesPlan::for_duration(11 * kSecond, 0, false).interval_ns, kSecond);
  EXPECT_EQ(SeriesPlan::for_duration(899 * kSecond, 0, false).intervals_a_point, 1U);
  const SeriesPlan day = SeriesPlan::for_duration(86'400 * kSecond, 0, false);
  EXPECT_EQ(day.intervals_a_point, 128U);
  SeriesBuilder builder(day);
  for (std::uint64_t i = 0; i < 256; ++i) builder.add(interval(i, 10, 1000 + i));
  builder.finish(256 * kSecond);
  ASSERT_EQ(builder.series().points.size(), 2U);
  EXPECT_EQ(builder.series().points[0].p99_ns, 1126U);
  EXPECT_EQ(builder.series().points[1].completed, 1280U);
}

// A point is joined with the next: by the answers that come last of all.
TEST(Series, LateAnswersTakeNoPercentilesAway) {
  for (const std::uint64_t duration : {10 * kSecond, 899 * kSecond}) {
    const SeriesPlan plan = SeriesPlan::for_duration(duration, 401 * kSecond, false);
    const std::uint64_t a_second = kSecond / plan.interval_ns;
    SeriesBuilder builder(plan);
    for (std::uint64_t i = 0; i < 10 * a_second; ++i) builder.add(interval(i, 1000, 1000 + i));
    builder.add(interval((duration / kSecond + 400) * a_second, 1, 500 * kSecond));
    builder.finish(duration);
    const Series& series = builder.series();
    ASSERT_GT(series.width_ns, plan.interval_ns) << "joined";
    for (std::size_t i = 0; i < 10 * kSecond / series.width_ns; ++i) {
      EXPECT_TRUE(series.points[i].p50_ns) << i;
      EXPECT_TRUE(series.points[i].p99_ns) << i;
      EXPECT_TRUE(series.points[i].histogram.empty()) << "nobody has asked for it";
    }
  }
}

TEST(Series, HistogramsAreKeptUntilTheEndWherePointsMayBeJoined) {
  EXPECT_FALSE(SeriesPlan::for_duration(10 * kSecond, 114 * kSecond, false).joins_points);
  EXPECT_TRUE(SeriesPlan::for_duration(10 * kSecond, 115 * kSecond, false).joins_points);
  EXPECT_FALSE(SeriesPlan::for_duration(899 * kSecond, 61 * kSecond, false).joins_points);
  EXPECT_TRUE(SeriesPlan::for_duration(899 * kSecond, 101 * kSecond, false).joins_points);
  EXPECT_FALSE(SeriesPlan::for_duration(86'400 * kSecond, 3601 * kSecond, false).joins_points);
}

TEST(Series, AnIndexFarAheadIsBoundedToo) {
  SeriesBuilder builder({});
  builder.add(interval(0, 1, 5));
  builder.add(interval(std::numeric_limits<std::uint64_t>::max() / kSecond, 1, 5));
  builder.finish(0);
  EXPECT_LE(builder.series().points.size(), Series::kPointsMax);
  EXPECT_EQ(builder.series().total()->completed, 2U);
}

TEST(Series, HistogramsAreKeptIfAskedFor) {
  SeriesBuilder builder(SeriesPlan::for_duration(20 * kSecond, 0, true));
  builder.add(interval(0, 7, 123'456));
  builder.finish(kSecond);
  const auto read = decode_v2_compressed(builder.series().points.at(0).histogram);
  ASSERT_TRUE(read);
  EXPECT_EQ(read.histogram->count(), 7U);
}

TEST(Series, PartsOfARunAddUp) {
  SeriesBuilder fine(SeriesPlan::for_duration(kSecond, 0, true));
  for (std::uint64_t i = 0; i < 16; ++i) fine.add(interval(i, 400, 100 + i));
  fine.finish(2 * kSecond);
  SeriesBuilder coarse(SeriesPlan::for_duration(20 * kSecond, 0, true));
  for (std::uint64_t i = 0; i < 3; ++i) coarse.add(interval(i, 100, 7000));
  coarse.finish(3 * kSecond);
  Series sum = fine.series();
  sum.add(coarse.series());
  EXPECT_EQ(sum.width_ns, kSecond);
  ASSERT_EQ(sum.points.size(), 3U);
  EXPECT_EQ(sum.points[0].completed, 3300U);
  EXPECT_EQ(sum.points[0].max_ns, 7000U);
  EXPECT_EQ(sum.points[0].p50_ns, 104U) << "with their histograms percentiles are exact";
  EXPECT_EQ(sum.points[2].completed, 100U);
  Series other = coarse.series();
  other.add(fine.series());
  EXPECT_EQ(other.points[0].p99_ns, sum.points[0].p99_ns);
  other.add({.width_ns = 3 * kSecond, .points = {{}}});
  EXPECT_EQ(other, Series{}) << "no power of two lies between them";
}

TEST(Series, SumsThatOverflowAreNone) {
  Series series{.width_ns = kSecond, .points = {{}, {}}};
  series.points[0].octets_sent = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(series.total());
  series.points[1].octets_sent = 1;
  EXPECT_FALSE(series.total());
}

}  // namespace
