// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/clock_offset.hpp"

#include <gtest/gtest.h>

namespace backtalk::ranks {
namespace {

TEST(ClockOffset, TheQuickestAnswerDecides) {
  ClockOffset clock;
  EXPECT_FALSE(clock.is_known());
  clock.add(1000, 9000, 2000);  // 500 each way
  EXPECT_TRUE(clock.is_known());
  EXPECT_EQ(clock.there(0), 7500U);
  EXPECT_EQ(clock.error_ns(), 500U);
  clock.add(3000, 10'600, 3200);  // 100 each way
  EXPECT_EQ(clock.there(0), 7500U);
  EXPECT_EQ(clock.error_ns(), 100U);
  clock.add(5000, 99'000, 9000);
  EXPECT_EQ(clock.error_ns(), 100U) << "a slow one knows less";
}

TEST(ClockOffset, GoesBothWaysAndBelowZero) {
  ClockOffset clock;
  clock.add(1'000'000, 400, 1'000'200);
  EXPECT_EQ(clock.there(1'000'100), 400U);
  EXPECT_EQ(clock.here(400), 1'000'100U);
}

TEST(ClockOffset, IsWrongByNoMoreThanItSays) {
  // The other clock is ahead by 700, and all of the time went into one way.
  ClockOffset clock;
  clock.add(1000, 1000 + 700, 1300);
  const std::uint64_t there = clock.there(1000);
  EXPECT_LE(there > 1700 ? there - 1700 : 1700 - there, clock.error_ns());
}

}  // namespace
}  // namespace backtalk::ranks
