// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/paired.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "compare/resolution.hpp"

namespace backtalk::compare {
namespace {

// Hollander and Wolfe 1973, example 3.3: -0.46 with the interval (-0.786, -0.010) at 96 %.
TEST(Shift, HollanderAndWolfe) {
  const std::vector<double> change{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010};
  const auto shift = shift_of(change, 0.05);
  ASSERT_TRUE(shift);
  EXPECT_NEAR(shift->estimate, -0.46, 0.0005);
  EXPECT_NEAR(shift->low, -0.786, 0.0005);
  EXPECT_NEAR(shift->high, -0.010, 0.0005);
}

TEST(Shift, OfSixIsFromTheSmallestToTheLargest) {
  const auto shift = shift_of(std::vector<double>{1, 2, 3, 4, 5, 600}, 0.05);
  ASSERT_TRUE(shift);
  EXPECT_EQ(shift->low, 1);
  EXPECT_EQ(shift->high, 600);
  EXPECT_LT(shift->estimate, 6) << "one outlier does not carry it away";
}

TEST(Shift, OfFiveHasNoInterval) {
  EXPECT_FALSE(shift_of(std::vector<double>{1, 2, 3, 4, 5}, 0.05));
}

TEST(Resolution, GrowsWithTheScatterAndTheLevel) {
  const std::vector<double> close{-0.02, 0.01, 0.03, -0.01, 0.02, 0, -0.03, 0.01, 0.02, -0.02};
  std::vector<double> wide;
  for (const double one : close) wide.push_back(2 * one + 0.5);
  const Resolution alone(10, 0.05);
  EXPECT_NEAR(*alone.of(wide), 2 * *alone.of(close), 1e-12) << "wherever they are";
  EXPECT_GT(*Resolution(10, 0.05 / 6).of(close), *alone.of(close));
}

TEST(Resolution, IsUnknownWhereNothingCanBeShown) {
  const std::vector<double> seven{-0.02, 0.01, 0.03, -0.01, 0.02, 0, -0.03};
  EXPECT_TRUE(Resolution(7, 0.05).of(seven));
  EXPECT_FALSE(Resolution(7, 0.05 / 6).of(seven));
}

// With normal noise of a standard deviation of 1, n pairs of which all must be positive: the
// probability of one is the n-th root of 80 %.
TEST(Resolution, OfSixIsWhatItTakesForAllToBePositive) {
  const std::vector<double> differences{-1.2, -0.64, -0.2, 0.2, 0.64, 1.2};
  const double needed = 1.79;        // Phi(1.79) = 0.8^(1/6)
  const double median_width = 2.47;  // of the range of six
  EXPECT_NEAR(*Resolution(6, 0.05).of(differences), needed * 2.4 / median_width, 0.1);
}

}  // namespace
}  // namespace backtalk::compare
