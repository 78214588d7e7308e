// SPDX-License-Identifier: Apache-2.0 OR MIT
// Times that a client waits of its own accord.
#include "session/think_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace backtalk::session {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr std::size_t kDraws = 20'000;

std::vector<double> draws(const ThinkTime& time) {
  SplitMix64 random(7);
  std::vector<double> all(kDraws);
  std::ranges::generate(all, [&] { return static_cast<double>(time.draw(random)); });
  return all;
}

double mean_of(const std::vector<double>& all) {
  double sum = 0;
  for (const double one : all) sum += one;
  return sum / static_cast<double>(all.size());
}

double deviation_of(const std::vector<double>& all) {
  const double mean = mean_of(all);
  double sum = 0;
  for (const double one : all) sum += (one - mean) * (one - mean);
  return std::sqrt(sum / static_cast<double>(all.size()));
}

TEST(ThinkTime, IsNothingAtFirst) {
  SplitMix64 random(1);
  EXPECT_TRUE(ThinkTime().empty());
  EXPECT_EQ(ThinkTime().draw(random), 0U);
  EXPECT_TRUE(ThinkTime::constant(0).empty());
  EXPECT_TRUE(ThinkTime::uniform(0, 0).empty());
  EXPECT_FALSE(ThinkTime::uniform(0, 1).empty());
}

TEST(ThinkTime, ThatIsConstantDrawsNothing) {
  SplitMix64 random(1);
  SplitMix64 untouched(1);
  EXPECT_EQ(ThinkTime::constant(kSecond).draw(random), kSecond);
  EXPECT_EQ(random.next(), untouched.next());
}

TEST(ThinkTime, ThatIsUniformStaysWithinItsEnds) {
  const auto all = draws(ThinkTime::uniform(2 * kSecond, 18 * kSecond));
  EXPECT_GE(std::ranges::min(all), 2e9);
  EXPECT_LE(std::ranges::max(all), 18e9);
  EXPECT_NEAR(mean_of(all), 10e9, 0.2e9);
  EXPECT_NEAR(deviation_of(all), 16e9 / std::sqrt(12), 0.1e9);
  EXPECT_EQ(ThinkTime::uniform(2 * kSecond, 18 * kSecond).mean(), 10 * kSecond);
}

// Mean and standard deviation are the same, and one of e draws is above the mean.
TEST(ThinkTime, ThatIsExponentialHasItsMean) {
  const auto all = draws(ThinkTime::exponential(5 * kSecond));
  EXPECT_NEAR(mean_of(all), 5e9, 0.2e9);
  EXPECT_NEAR(deviation_of(all), 5e9, 0.2e9);
  const auto above = std::ranges::count_if(all, [](double one) { return one > 5e9; });
  EXPECT_NEAR(static_cast<double>(above) / kDraws, std::exp(-1), 0.01);
}

TEST(ThinkTime, ThatIsNormalIsNeverLessThanNothing) {
  const auto all = draws(ThinkTime::normal(10 * kSecond, kSecond));
  EXPECT_NEAR(mean_of(all), 10e9, 0.05e9);
  EXPECT_NEAR(deviation_of(all), 1e9, 0.05e9);
  const auto wide = draws(ThinkTime::normal(kSecond, 100 * kSecond));
  EXPECT_EQ(std::ranges::min(wide), 0.0);
}

TEST(ThinkTime, OfTheLongestKindFits) {
  for (const ThinkTime& time :
       {ThinkTime::exponential(ThinkTime::kMax), ThinkTime::normal(ThinkTime::kMax, ThinkTime::kMax)}) {
    const auto all = draws(time);
    EXPECT_LT(std::ranges::max(all), 40 * static_cast<double>(ThinkTime::kMax));
  }
}

TEST(ThinkTime, HasABoundForTheSumOfManyDraws) {
  EXPECT_EQ(ThinkTime::constant(kSecond).sum_max(3), 3 * kSecond);
  EXPECT_EQ(ThinkTime::uniform(kSecond, 2 * kSecond).sum_max(3), 6 * kSecond);
  EXPECT_EQ(ThinkTime().sum_max(3), 0U);
  for (const ThinkTime& time : {ThinkTime::exponential(kSecond), ThinkTime::normal(2 * kSecond, kSecond),
                                ThinkTime::normal(kSecond, 10 * kSecond)}) {
    SplitMix64 random(7);
    for (const std::uint64_t count : {1U, 3U, 20U}) {
      for (int i = 0; i < 20'000; ++i) {
        std::uint64_t sum = 0;
        for (std::uint64_t one = 0; one < count; ++one) sum += time.draw(random);
        ASSERT_LE(sum, time.sum_max(count)) << count;
      }
    }
  }
  EXPECT_LE(ThinkTime::exponential(ThinkTime::kMax).sum_max(1'000'000'000), std::uint64_t{1} << 62);
}

TEST(ThinkTime, IsDecidedByTheSeed) {
  EXPECT_EQ(draws(ThinkTime::exponential(kSecond)), draws(ThinkTime::exponential(kSecond)));
}

}  // namespace
}  // namespace backtalk::session
