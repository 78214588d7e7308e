// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/timer_lead.hpp"

#include <gtest/gtest.h>

namespace backtalk::net {
namespace {

TEST(TimerLead, IsTheLatenessOfTheLastTimers) {
  TimerLead lead(100'000);
  EXPECT_EQ(lead.ns(), 0U);
  for (int i = 0; i < 100; ++i) lead.rang(20'000);
  EXPECT_NEAR(static_cast<double>(lead.ns()), 20'000, 100);
  for (int i = 0; i < 100; ++i) lead.rang(5'000);
  EXPECT_NEAR(static_cast<double>(lead.ns()), 5'000, 100);
}

TEST(TimerLead, IsBounded) {
  TimerLead lead(50'000);
  for (int i = 0; i < 100; ++i) lead.rang(10'000'000);
  EXPECT_EQ(lead.ns(), 50'000U);
}

TEST(TimerLead, AnOutlierIsSoonForgotten) {
  TimerLead lead(50'000);
  for (int i = 0; i < 100; ++i) lead.rang(10'000);
  lead.rang(1'000'000'000);
  EXPECT_LT(lead.ns(), 25'000U);
}

TEST(TimerLead, IsZeroIfNoneIsAllowed) {
  TimerLead lead(0);
  lead.rang(1'000);
  EXPECT_EQ(lead.ns(), 0U);
}

}  // namespace
}  // namespace backtalk::net
