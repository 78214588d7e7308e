// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/batches.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

namespace backtalk::stats {
namespace {

constexpr std::uint64_t kFinest = std::uint64_t{1} << Batches::kFinestShift;

std::uint64_t total(const BatchSeries& series) {
  std::uint64_t sum = 0;
  for (const Histogram& one : series.latency) sum += one.count();
  return sum;
}

TEST(Batches, AreOfEqualLength) {
  Batches batches;
  batches.start(1000);
  for (std::uint64_t i = 0; i < 100; ++i) {
    for (std::uint64_t n = 0; n <= i; ++n) batches.record(1000 + i * kFinest + n, 50'000);
  }
  const BatchSeries series = batches.series(100 * kFinest, 20);
  EXPECT_EQ(series.width_ns, 5 * kFinest);
  ASSERT_EQ(series.latency.size(), 20U);
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(series.latency[i].count(), 25 * i + 15) << i;
}

TEST(Batches, BecomeLongerAsTheRunDoes) {
  Batches batches;
  batches.start(0);
  constexpr std::uint64_t kRun = 3'000 * kFinest;
  for (std::uint64_t i = 0; i < 3'000; ++i) batches.record(i * kFinest, 1'000 + i);
  const BatchSeries series = batches.series(kRun, 20);
  EXPECT_GE(series.latency.size(), 20U);
  EXPECT_LT(series.latency.size(), 40U);
  for (const Histogram& one : series.latency) EXPECT_EQ(one.count(), series.width_ns / kFinest);
  // As many as one that knew from the start how long it would be.
  Batches expected;
  expected.start(0, kRun);
  for (std::uint64_t i = 0; i < 3'000; ++i) expected.record(i * kFinest, 1'000 + i);
  EXPECT_EQ(expected.series(kRun, 20), series);
}

TEST(Batches, OfThreadsAddUpWhateverTheirLengths) {
  Batches one;
  Batches other;
  one.start(0);
  other.start(0);
  for (std::uint64_t i = 0; i < 40; ++i) one.record(i * kFinest, 7);
  for (std::uint64_t i = 0; i < 1'000; ++i) other.record(i * kFinest, 9);
  Batches sum;
  sum.add(one);
  sum.add(other);
  Batches all;
  all.start(0);
  for (std::uint64_t i = 0; i < 40; ++i) all.record(i * kFinest, 7);
  for (std::uint64_t i = 0; i < 1'000; ++i) all.record(i * kFinest, 9);
  EXPECT_EQ(sum.series(1'000 * kFinest, 20), all.series(1'000 * kFinest, 20));
}

TEST(Batches, LeaveOutWhatEndedAfterTheLastWholeOne) {
  Batches batches;
  batches.start(0);
  for (std::uint64_t i = 0; i < 30; ++i) batches.record(i * kFinest, 5);
  EXPECT_EQ(total(batches.series(25 * kFinest + 1, 20)), 25U);
  EXPECT_EQ(total(batches.series(30 * kFinest, 20)), 30U);
  EXPECT_TRUE(batches.series(20 * kFinest - 1, 20).latency.empty()) << "too short for so many";
}

TEST(Batches, CountLatenciesWithinHalfAPercent) {
  for (std::uint64_t value = 1; value < Histogram::kHighestTrackable; value = value * 9 / 7 + 1) {
    Batches batches;
    batches.start(0);
    batches.record(0, value);
    const BatchSeries series = batches.series(kFinest, 1);
    const auto found = static_cast<double>(series.latency.at(0).value_at_percentile(50));
    EXPECT_NEAR(found / static_cast<double>(value), 1, 0.005) << value;
  }
}

TEST(Batches, TakeHostileTimesAndLatencies) {
  Batches batches;
  batches.start(1'000'000);
  batches.record(0, ~std::uint64_t{0});  // before the beginning
  batches.record(~std::uint64_t{0}, 0);
  EXPECT_EQ(total(batches.series(~std::uint64_t{0}, 1)), 1U) << "the last one is not over";
}

}  // namespace
}  // namespace backtalk::stats
