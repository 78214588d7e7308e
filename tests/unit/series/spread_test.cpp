// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/spread.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace backtalk::series {
namespace {

TEST(Spread, OfNoValuesThereIsNone) {
  EXPECT_EQ(spread_of({}), std::nullopt);
}

TEST(Spread, OfOneValueIsThatValue) {
  const Spread only{.median = 7, .min = 7, .max = 7, .lower_quartile = 7, .upper_quartile = 7, .values = 1};
  EXPECT_EQ(spread_of({7}), only);
}

// As numpy.quantile([1, 2, 3, 4, 10], [0.25, 0.5, 0.75]) has them.
TEST(Spread, OfAnOddNumberHasTheValueInTheMiddle) {
  const Spread five{.median = 3, .min = 1, .max = 10, .lower_quartile = 2, .upper_quartile = 4, .values = 5};
  EXPECT_EQ(spread_of({10, 3, 1, 4, 2}), five);
}

// numpy.quantile([1, 2, 3, 10], [0.25, 0.5, 0.75]) is 1.75, 2.5, 4.75.
TEST(Spread, BetweenTwoValuesIsInterpolated) {
  const Spread four{
      .median = 2.5, .min = 1, .max = 10, .lower_quartile = 1.75, .upper_quartile = 4.75, .values = 4};
  EXPECT_EQ(spread_of({10, 2, 1, 3}), four);
}

TEST(Spread, WhatDependsOnALowerBoundIsOne) {
  const Spread none = *spread_of({1, 2, 3});
  const Spread one = *spread_of({1, 2}, {3});
  const Spread low = *spread_of({2, 3}, {1});
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    EXPECT_FALSE(none.is_bound(share));
    EXPECT_EQ(one.is_bound(share), share > 0.5) << share;
    EXPECT_TRUE(low.is_bound(share)) << "it may be more than all others";
  }
}

}  // namespace
}  // namespace backtalk::series
