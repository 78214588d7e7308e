// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/occupancy.hpp"

#include <gtest/gtest.h>

namespace backtalk::stats {
namespace {

TEST(Occupancy, IsTheTimeThatAllWereInFlightTogether) {
  Occupancy of;
  of.count(1000, 1);
  of.count(1010, 2);
  of.count(1012, 2);  // nothing new
  of.count(1030, 1);
  of.count(1060, 0);
  EXPECT_EQ(of.sum_ns(), 60 + 20) << "one from 1000 to 1060, another from 1010 to 1030";
  of.count(5000, 1);
  of.count(5001, 0);
  EXPECT_EQ(of.sum_ns(), 81) << "between them there was none";
}

TEST(Occupancy, CountsThoseThatWereOverBeforeItWasKnown) {
  Occupancy of;
  of.count(1000, 2);
  of.count(1100, 1);  // the other is still in flight
  of.ended(1050, 0);  // no, it was not
  EXPECT_EQ(of.sum_ns(), 100 + 50);
  of.count(2000, 1);
  of.ended(2010, 0);
  EXPECT_EQ(of.sum_ns(), 160);
}

TEST(Occupancy, IncludesTheWaitOfThoseThatBeganLate) {
  Occupancy of;
  of.was_late(5);
  of.count(10, 1);
  of.count(20, 0);
  Occupancy sum;
  sum.add(of);
  sum.add(of);
  EXPECT_EQ(sum.sum_ns(), 30);
}

}  // namespace
}  // namespace backtalk::stats
