// SPDX-License-Identifier: Apache-2.0 OR MIT
// How long a run waits for its messages, for copies of them, and for a last look.
#include "load/delivery_wait.hpp"

#include <gtest/gtest.h>

namespace backtalk::load {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr DeliveryWait::Limits kLimits{.patience_ns = 10 * kSecond, .look_ns = 5 * kSecond};

TEST(DeliveryWait, IsForThePatience) {
  DeliveryWait wait(kLimits);
  EXPECT_FALSE(wait.is_over(1, 3));
  EXPECT_FALSE(wait.is_over(10 * kSecond, 3));
  EXPECT_TRUE(wait.is_over(10 * kSecond + 1, 3));
}

TEST(DeliveryWait, LeavesCopiesAMoment) {
  DeliveryWait wait(kLimits);
  EXPECT_FALSE(wait.is_over(1, 0));
  EXPECT_FALSE(wait.is_over(kSecond, 0));
  EXPECT_TRUE(wait.is_over(kSecond + 1, 0));
}

TEST(DeliveryWait, CountsThatMomentFromTheLastMessage) {
  DeliveryWait wait(kLimits);
  EXPECT_FALSE(wait.is_over(1, 1));
  EXPECT_FALSE(wait.is_over(5 * kSecond, 0));
  EXPECT_FALSE(wait.is_over(6 * kSecond - 1, 0));
  EXPECT_TRUE(wait.is_over(6 * kSecond, 0));
}

TEST(DeliveryWait, IsNoLongerForCopiesThanForMessages) {
  DeliveryWait wait({.patience_ns = 100, .look_ns = 0});
  EXPECT_FALSE(wait.is_over(1, 0));
  EXPECT_TRUE(wait.is_over(101, 0));
}

// A poll that is longer than the patience.
TEST(DeliveryWait, LeavesTimeForALastLook) {
  DeliveryWait wait(kLimits);
  static_cast<void>(wait.is_over(1, 1));
  ASSERT_TRUE(wait.is_over(10 * kSecond + 1, 1));
  EXPECT_EQ(wait.over_since(), 10 * kSecond + 1);
  EXPECT_FALSE(wait.has_waited_for_look(15 * kSecond));
  EXPECT_TRUE(wait.has_waited_for_look(15 * kSecond + 1));
  EXPECT_TRUE(wait.is_over(16 * kSecond, 1)) << "and stays so";
}

}  // namespace
}  // namespace backtalk::load
