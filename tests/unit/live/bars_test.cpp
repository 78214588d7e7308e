// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/bars.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>

#include "stats/histogram.hpp"

namespace {

using backtalk::live::Bar;
using backtalk::live::bars_of;
using backtalk::live::join;
using backtalk::stats::Histogram;
using Bars = std::vector<Bar>;

TEST(Bars, OfNothingThereAreNone) {
  EXPECT_TRUE(bars_of(Histogram()).empty());
  EXPECT_TRUE(join({}, 3).empty());
}

TEST(Bars, HaveLimitsThatOneReadsEasily) {
  Histogram latency;
  latency.record_n(150, 3);
  latency.record_n(199, 1);
  latency.record_n(200, 4);
  latency.record_n(1'999, 5);
  EXPECT_EQ(bars_of(latency), (Bars{{200, 4}, {500, 4}, {1'000, 0}, {2'000, 5}}));
}

TEST(Bars, ReachFromZeroToAnHour) {
  Histogram latency;
  latency.record(0);
  latency.record(Histogram::kHighestTrackable);
  const Bars bars = bars_of(latency);
  EXPECT_EQ(bars.front(), (Bar{1, 1}));
  EXPECT_EQ(bars.back(), (Bar{5'000'000'000'000, 1}));
}

TEST(Bars, AreJoinedWithoutLosingAny) {
  const Bars bars{{1, 1}, {2, 2}, {5, 4}, {10, 8}, {20, 16}};
  EXPECT_EQ(join(bars, 5), bars);
  EXPECT_EQ(join(bars, 8), bars);
  EXPECT_EQ(join(bars, 3), (Bars{{2, 3}, {10, 12}, {20, 16}}));
  EXPECT_EQ(join(bars, 4), (Bars{{2, 3}, {5, 4}, {10, 8}, {20, 16}}));
  EXPECT_EQ(join(bars, 1), (Bars{{20, 31}}));
}

}  // namespace
