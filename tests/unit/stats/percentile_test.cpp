// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/percentile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>

namespace backtalk::stats {
namespace {

Histogram of(std::uint64_t value, std::uint64_t count) {
  Histogram out;
  out.record_n(value, count);
  return out;
}

// The probability that at most one of `n` lies beyond.
double too_few_beyond(std::uint64_t n, double beyond) {
  const auto count = static_cast<double>(n);
  return std::pow(1 - beyond, count) + count * beyond * std::pow(1 - beyond, count - 1);
}

TEST(SamplesFor, ArriveAtTwoBeyondThePercentileWithAConfidenceOfNinetyNine) {
  EXPECT_EQ(samples_for(90), 64U);
  EXPECT_EQ(samples_for(99), 662U);
  EXPECT_EQ(samples_for(99.9), 6640U);
  EXPECT_LE(too_few_beyond(64, 0.1), 0.01);
  EXPECT_GT(too_few_beyond(63, 0.1), 0.01);
  EXPECT_LE(too_few_beyond(662, 0.01), 0.01);
  EXPECT_GT(too_few_beyond(661, 0.01), 0.01);
  EXPECT_EQ(samples_for(10), 64U) << "the quick end is no better known";
  EXPECT_EQ(samples_to_report(50), 1U);
  EXPECT_EQ(samples_to_report(99), 662U);
}

TEST(ValueBelowSlower, CountsTheOthersAtTheSlowEnd) {
  Histogram known = of(10, 90);
  known.record_n(20, 10);
  EXPECT_EQ(value_below_slower(known, 0, 90), 10U);
  EXPECT_EQ(value_below_slower(known, 1, 90), 20U) << "the 91st of 101";
  EXPECT_EQ(value_below_slower(known, 100, 50), 20U) << "the slowest one known";
  EXPECT_EQ(value_below_slower(known, 100, 51), std::nullopt);
  EXPECT_EQ(value_below_slower({}, 0, 50), std::nullopt);
}

TEST(CensoredPercentile, IsAtLeastTheAgeWhereThereWasNoAnswer) {
  const Histogram known = of(10, 88);
  const Histogram ages = of(3000, 12);
  EXPECT_EQ(censored_percentile(known, ages, 50), (Percentile{.value = 10, .at_least = false}));
  EXPECT_EQ(censored_percentile(known, ages, 88), (Percentile{.value = 10, .at_least = false}));
  EXPECT_EQ(censored_percentile(known, ages, 90)->at_least, true);
  EXPECT_EQ(censored_percentile(known, ages, 90)->value, 3000U);
  EXPECT_EQ(censored_percentile({}, ages, 50)->at_least, true);
  EXPECT_EQ(censored_percentile({}, {}, 50), std::nullopt);
}

// The hostile twin: what was given up young says little, and must not make the figure larger than
// what is known of it.
TEST(CensoredPercentile, OfYoungOnesIsNoMoreThanIsKnown) {
  const auto value = censored_percentile(of(1000, 50), of(5, 50), 60);
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->at_least);
  EXPECT_EQ(value->value, 1000U);
  EXPECT_EQ(censored_percentile(of(1000, 10), of(5, 90), 60), (Percentile{.value = 5, .at_least = true}));
}

}  // namespace
}  // namespace backtalk::stats
