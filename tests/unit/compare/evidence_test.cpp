// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/evidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "compare/resolution.hpp"

namespace backtalk::compare {
namespace {

constexpr Size pairs(std::size_t count) {
  return {.a = count, .b = count, .paired = true};
}

// Hollander and Wolfe 1973, example 3.3: -0.46 with the interval (-0.786, -0.010) at 96 %.
TEST(ShiftOfPairs, HollanderAndWolfe) {
  const Shift shift =
      shift_of(Pairs{{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010}}, 0.05);
  EXPECT_NEAR(shift.estimate, -0.46, 0.0005);
  EXPECT_NEAR(shift.low, -0.786, 0.0005);
  EXPECT_NEAR(shift.high, -0.010, 0.0005);
}

TEST(ShiftOfPairs, OfSixIsFromTheSmallestToTheLargest) {
  const Shift shift = shift_of(Pairs{{1, 2, 3, 4, 5, 600}}, 0.05);
  EXPECT_EQ(shift.low, 1);
  EXPECT_EQ(shift.high, 600);
  EXPECT_LT(shift.estimate, 6) << "one outlier does not carry it away";
}

TEST(ShiftOfPairs, OfFiveHasNoBounds) {
  const Shift shift = shift_of(Pairs{{1, 2, 3, 4, 5}}, 0.05);
  EXPECT_FALSE(shift.bounded());
  EXPECT_EQ(shift.estimate, 3);
  EXPECT_TRUE(std::isinf(shift.high));
}

// Hollander and Wolfe 1973, example 4.1: how permeable membranes are at term, and earlier.
TEST(ShiftOfGroups, HollanderAndWolfe) {
  const Groups permeability{.a = {1.15, 0.88, 0.90, 0.74, 1.21},
                            .b = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}};
  EXPECT_NEAR(shift_of(permeability, 0.05).estimate, 0.305, 0.0005);
  EXPECT_NEAR(p_of(permeability), 0.2544, 0.0001);
}

TEST(ShiftOfGroups, OfFourIsFromTheSmallestToTheLargestDifference) {
  const Shift shift = shift_of(Groups{.a = {1, 2, 3, 4}, .b = {11, 12, 13, 400}}, 0.05);
  EXPECT_EQ(shift.low, 7);
  EXPECT_EQ(shift.high, 399);
  EXPECT_EQ(shift.estimate, 10);
}

TEST(ShiftOfGroups, OfOneRunEachHasAnEstimateAlone) {
  const Shift shift = shift_of(Groups{.a = {2}, .b = {5}}, 0.05);
  EXPECT_EQ(shift.estimate, 3);
  EXPECT_FALSE(shift.bounded());
  EXPECT_EQ(p_of(Groups{.a = {2}, .b = {5}}), 1);
}

// The interval holds what the test does not reject.
TEST(Evidence, TheIntervalAndTheTestAgree) {
  for (const Evidence& evidence :
       {Evidence(Pairs{{0.3, -0.1, 0.7, 1.2, 0.45, 0.95, 0.05, 1.6}}),
        Evidence(Groups{.a = {0.1, 0.9, 0.4, 1.35, 0.77}, .b = {1.51, 0.83, 2.17, 1.02, 2.63}})}) {
    const Shift shift = shift_of(evidence, 0.05);
    ASSERT_TRUE(shift.bounded());
    for (const double end : {shift.low, shift.high}) {
      const double inwards = end == shift.low ? 1e-6 : -1e-6;
      EXPECT_GT(p_of(evidence, end + inwards), 0.05);
      EXPECT_LE(p_of(evidence, end - inwards), 0.05);
    }
  }
}

TEST(Resolution, GrowsWithTheScatterAndTheLevel) {
  const std::vector<double> close{-0.02, 0.01, 0.03, -0.01, 0.02, 0, -0.03, 0.01, 0.02, -0.02};
  std::vector<double> wide;
  for (const double one : close) wide.push_back(2 * one + 0.5);
  const Resolution alone(pairs(10), 0.05);
  EXPECT_NEAR(*alone.of(Pairs{wide}), 2 * *alone.of(Pairs{close}), 1e-12) << "wherever they are";
  EXPECT_GT(*Resolution(pairs(10), 0.05 / 6).of(Pairs{close}), *alone.of(Pairs{close}));
}

TEST(Resolution, IsUnknownWhereNothingCanBeShown) {
  const Pairs seven{{-0.02, 0.01, 0.03, -0.01, 0.02, 0, -0.03}};
  EXPECT_TRUE(Resolution(pairs(7), 0.05).of(seven));
  EXPECT_FALSE(Resolution(pairs(7), 0.05 / 6).of(seven));
  const Groups four{.a = {1, 2, 3, 4}, .b = {2, 3, 4, 5}};
  EXPECT_TRUE(Resolution(size_of(four), 0.05).of(four));
  EXPECT_FALSE(Resolution(size_of(four), 0.05 / 6).of(four));
}

// With normal noise of a standard deviation of 1, n pairs of which all must be positive: the
// probability of one is the n-th root of 80 %.
TEST(Resolution, OfSixIsWhatItTakesForAllToBePositive) {
  const Pairs differences{{-1.2, -0.64, -0.2, 0.2, 0.64, 1.2}};
  const double needed = 1.79;        // Phi(1.79) = 0.8^(1/6)
  const double median_width = 2.47;  // of the range of six
  EXPECT_NEAR(*Resolution(pairs(6), 0.05).of(differences), needed * 2.4 / median_width, 0.1);
}

}  // namespace
}  // namespace backtalk::compare
