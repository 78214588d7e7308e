// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

using backtalk::stats::Histogram;

constexpr std::uint64_t kHighest = Histogram::kHighestTrackable;

std::vector<Histogram::Bucket> buckets(const Histogram& histogram) {
  std::vector<Histogram::Bucket> found;
  histogram.for_each_bucket([&](const Histogram::Bucket& bucket) { found.push_back(bucket); });
  return found;
}

// Values of every magnitude, as latencies have them.
std::vector<std::uint64_t> spread(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> values(count);
  for (std::uint64_t& value : values) value = (random() >> 22) >> (random() % 42);
  for (std::uint64_t& value : values) value = std::min(value, kHighest);
  return values;
}

Histogram of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (const std::uint64_t value : values) histogram.record(value);
  return histogram;
}

TEST(Histogram, AnEmptyHistogramIsZero) {
  const Histogram histogram;
  EXPECT_TRUE(histogram.empty());
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_EQ(histogram.value_at_percentile(99), 0U);
  EXPECT_TRUE(buckets(histogram).empty());
  EXPECT_TRUE(histogram.counts().empty());
}

TEST(Histogram, ASingleValueIsEveryPercentile) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2047}, std::uint64_t{2048}, std::uint64_t{2049},
        std::uint64_t{123'456'789}, kHighest - 1, kHighest}) {
    const Histogram histogram = of({value});
    EXPECT_EQ(histogram.min(), value);
    EXPECT_EQ(histogram.max(), value);
    EXPECT_EQ(histogram.mean(), static_cast<double>(value));
    for (const double percentile : {0.0, 50.0, 99.9, 100.0}) {
      EXPECT_EQ(histogram.value_at_percentile(percentile), value);
    }
    EXPECT_EQ(histogram.clamped(), 0U);
  }
}

TEST(Histogram, BucketsWidenAt2048) {
  const Histogram histogram = of({0, 1, 2046, 2047, 2048, 2049, 2050, 4095, 4096, 4099, 4100});
  const std::vector<Histogram::Bucket> expected = {{0, 0, 1},       {1, 1, 1},       {2046, 2046, 1},
                                                   {2047, 2047, 1}, {2048, 2049, 2}, {2050, 2051, 1},
                                                   {4094, 4095, 1}, {4096, 4099, 2}, {4100, 4103, 1}};
  EXPECT_EQ(buckets(histogram), expected);
}

TEST(Histogram, ValuesAboveTheHighestAreClampedAndCounted) {
  const Histogram histogram = of({kHighest, kHighest + 1, ~std::uint64_t{0}});
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.clamped(), 2U);
  EXPECT_EQ(histogram.min(), kHighest);
  EXPECT_EQ(histogram.max(), kHighest);
  ASSERT_EQ(buckets(histogram).size(), 1U);
  EXPECT_EQ(buckets(histogram).front().count, 3U);
}

// Both ends of every bucket of the layout: contiguous, each value in its own, and never wider than
// 0.1 %.
TEST(Histogram, TheErrorIsAtMostATenthOfAPercentOverTheWholeRange) {
  std::uint64_t expected_lowest = 0;
  while (expected_lowest <= kHighest) {
    const std::uint64_t lowest = Histogram::lowest_equivalent(expected_lowest);
    const std::uint64_t highest = Histogram::highest_equivalent(expected_lowest);
    ASSERT_EQ(lowest, expected_lowest);
    ASSERT_GE(highest, lowest);
    ASSERT_LE(static_cast<double>(highest - lowest), 0.001 * static_cast<double>(lowest));
    const std::uint64_t inside = std::min(highest, kHighest);
    ASSERT_EQ(Histogram::lowest_equivalent(inside), lowest);
    ASSERT_EQ(Histogram::highest_equivalent(inside), highest);
    expected_lowest = highest + 1;
  }
}

TEST(Histogram, PercentilesAreTheSortedSamplesWithinTheError) {
  std::vector<std::uint64_t> values = spread(20'000, 7);
  const Histogram histogram = of(values);
  std::ranges::sort(values);
  for (std::size_t permille = 1; permille < 1000; ++permille) {
    const std::size_t rank = (permille * values.size() + 999) / 1000;
    const std::uint64_t exact = values[rank - 1];
    const std::uint64_t found = histogram.value_at_percentile(static_cast<double>(permille) / 10);
    ASSERT_EQ(found, std::min(Histogram::highest_equivalent(exact), values.back())) << permille;
  }
  EXPECT_EQ(histogram.value_at_percentile(0), values.front());
  EXPECT_EQ(histogram.value_at_percentile(100), values.back());
}

TEST(Histogram, ADecimalPercentileMeansItsRank) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 1000; ++value) histogram.record(value);
  EXPECT_EQ(histogram.value_at_percentile(99.9), 999U);
  EXPECT_EQ(histogram.value_at_percentile(99.0), 990U);
  EXPECT_EQ(histogram.value_at_percentile(50.0), 500U);
  EXPECT_EQ(histogram.value_at_percentile(0.1), 1U);
}

TEST(Histogram, PercentilesOutOfRangeAreClamped) {
  const Histogram histogram = of({10, 20, 30});
  EXPECT_EQ(histogram.value_at_percentile(-1), 10U);
  EXPECT_EQ(histogram.value_at_percentile(101), 30U);
  EXPECT_EQ(histogram.value_at_percentile(std::nan("")), 10U);
}

TEST(Histogram, PercentilesStayWithinTheExactBounds) {
  const Histogram histogram = of({1'000'001, 1'000'002});
  EXPECT_EQ(histogram.value_at_percentile(50), 1'000'002U);
  EXPECT_EQ(histogram.value_at_percentile(0), 1'000'001U);
}

TEST(Histogram, TheMeanIsThatOfTheSamplesWithinTheError) {
  const std::vector<std::uint64_t> values = spread(20'000, 11);
  long double sum = 0;
  for (const std::uint64_t value : values) sum += static_cast<long double>(value);
  const auto exact = static_cast<double>(sum / static_cast<long double>(values.size()));
  EXPECT_NEAR(of(values).mean(), exact, 0.0005 * exact);
}

TEST(Histogram, MergingEqualsRecordingEverything) {
  const std::vector<std::uint64_t> first = spread(5000, 1);
  std::vector<std::uint64_t> second = spread(3000, 2);
  second.push_back(kHighest + 5);
  Histogram merged = of(first);
  EXPECT_TRUE(merged.merge(of(second)));
  std::vector<std::uint64_t> all = first;
  all.insert(all.end(), second.begin(), second.end());
  EXPECT_EQ(merged, of(all));
  EXPECT_EQ(merged.clamped(), 1U);
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  Histogram histogram = of({5, 6});
  EXPECT_TRUE(histogram.merge(Histogram{}));
  EXPECT_EQ(histogram, of({5, 6}));
  Histogram empty;
  EXPECT_TRUE(empty.merge(histogram));
  EXPECT_EQ(empty, histogram);
}

TEST(Histogram, RecordingNTimesEqualsNRecordings) {
  Histogram at_once;
  EXPECT_TRUE(at_once.record_n(123'456, 3));
  EXPECT_TRUE(at_once.record_n(kHighest + 1, 2));
  EXPECT_TRUE(at_once.record_n(7, 0));
  EXPECT_EQ(at_once, of({123'456, 123'456, 123'456, kHighest + 1, kHighest + 1}));
}

TEST(Histogram, CountsDoNotOverflow) {
  Histogram histogram;
  EXPECT_TRUE(histogram.record_n(5, ~std::uint64_t{0} - 1));
  Histogram before = histogram;
  EXPECT_FALSE(histogram.record_n(6, 2));
  EXPECT_FALSE(histogram.merge(of({6, 7})));
  EXPECT_EQ(histogram, before);
  EXPECT_TRUE(histogram.record_n(6, 1));
  EXPECT_EQ(histogram.count(), ~std::uint64_t{0});
  EXPECT_EQ(histogram.value_at_percentile(50), 5U);
  EXPECT_EQ(histogram.mean(), 5.0);
}

TEST(Histogram, ABucketOfAnotherLayoutCountsAtItsMiddleWithinItsBounds) {
  Histogram histogram;
  EXPECT_TRUE(histogram.record_bucket({1000, 1063, 4}));
  EXPECT_EQ(histogram.min(), 1000U);
  EXPECT_EQ(histogram.max(), 1063U);
  EXPECT_EQ(histogram.value_at_percentile(50), 1031U);
}

TEST(Histogram, AResetHistogramIsLikeNew) {
  Histogram histogram = of(spread(1000, 3));
  histogram.record(~std::uint64_t{0});
  histogram.record(0);
  histogram.reset();
  EXPECT_EQ(histogram, Histogram{});
}

TEST(Histogram, ExactBoundsAreRestored) {
  Histogram original;
  for (const std::uint64_t ns : {5'001U, 70'000'003U}) original.record(ns);
  original.record(2 * Histogram::kHighestTrackable);
  Histogram copy;
  original.for_each_bucket([&copy](const Histogram::Bucket& bucket) { copy.record_bucket(bucket); });
  EXPECT_FALSE(copy == original) << "buckets do not tell them";
  EXPECT_TRUE(copy.restore(original.min(), original.max(), original.clamped()));
  EXPECT_TRUE(copy == original);
}

TEST(Histogram, ContradictoryBoundsAreRefused) {
  Histogram histogram;
  EXPECT_TRUE(histogram.restore(0, 0, 0));
  EXPECT_FALSE(histogram.restore(0, 1, 0));
  histogram.record(1'000'000);
  histogram.record(2'000'000);
  const Histogram before = histogram;
  EXPECT_FALSE(histogram.restore(1'500'000, 2'000'000, 0));
  EXPECT_FALSE(histogram.restore(1'000'000, 3'000'000, 0));
  EXPECT_FALSE(histogram.restore(2'000'000, 1'000'000, 0));
  EXPECT_FALSE(histogram.restore(1'000'000, 2'000'000, 1));
  EXPECT_FALSE(histogram.restore(1'000'000, ~std::uint64_t{0}, 0));
  EXPECT_TRUE(histogram == before);
}

}  // namespace
