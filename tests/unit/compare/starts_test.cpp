// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/starts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "session/split_mix64.hpp"

namespace backtalk::compare {
namespace {

// Snedecor and Cochran 1980, table 13.3.1: calcium in four leaves of turnips, each determined four
// times: 0.0724 between leaves, 0.0066 within.
TEST(BetweenStarts, SnedecorAndCochran) {
  const std::vector<std::vector<double>> leaves{
      {3.28, 3.09, 3.03, 3.03}, {3.52, 3.48, 3.38, 3.38}, {2.88, 2.80, 2.81, 2.76}, {3.34, 3.38, 3.23, 3.26}};
  const auto found = between_starts(leaves);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->share, 0.0724 / (0.0724 + 0.0066), 0.001);
  EXPECT_NEAR(found->between, std::sqrt(0.0724), 0.001);
  EXPECT_NEAR(found->within, std::sqrt(0.0066), 0.001);
  EXPECT_LT(found->p, 0.001) << "F = 44.9 with 3 and 12 degrees";
}

TEST(BetweenStarts, StartsThatDoNotDifferHaveNoShare) {
  const auto found = between_starts(std::vector<std::vector<double>>{{1, 3}, {3, 1}, {1, 3}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->share, 0);
  EXPECT_EQ(found->between, 0);
  EXPECT_NEAR(found->p, 1, 1e-9);
}

TEST(BetweenStarts, RunsThatAreAlikeWithinAStartAreAllOfIt) {
  const auto found = between_starts(std::vector<std::vector<double>>{{1, 1}, {2, 2}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->share, 1);
  EXPECT_NEAR(found->between, std::sqrt(0.5), 1e-9);
  EXPECT_EQ(found->within, 0);
}

TEST(BetweenStarts, IsUnknownWhereItCannotBeTold) {
  EXPECT_FALSE(between_starts({}));
  EXPECT_FALSE(between_starts(std::vector<std::vector<double>>{{1, 2}})) << "one start";
  EXPECT_FALSE(between_starts(std::vector<std::vector<double>>{{1}, {2}})) << "one run each";
  EXPECT_FALSE(between_starts(std::vector<std::vector<double>>{{1, 2}, {2}})) << "not as many";
  EXPECT_FALSE(between_starts(std::vector<std::vector<double>>{{2, 2}, {2, 2}})) << "all alike";
}

// Ten starts of two runs that differ by chance alone.
TEST(BetweenStarts, TakesChanceForMoreInOneOfTwenty) {
  session::SplitMix64 random(1);
  const auto uniform = [&random] { return (static_cast<double>(random.next() >> 11U) + 0.5) * 0x1p-53; };
  int taken = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::vector<double>> starts(10, std::vector<double>(2));
    for (auto& start : starts) {
      for (double& run : start)
        run = std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
    }
    taken += between_starts(starts)->p <= 0.05 ? 1 : 0;
  }
  EXPECT_GT(taken, 70);
  EXPECT_LT(taken, 130);
}

}  // namespace
}  // namespace backtalk::compare
