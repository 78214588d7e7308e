// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/restart_watch.hpp"

#include <gtest/gtest.h>

namespace backtalk::engine {
namespace {

TEST(RestartWatch, SeesTheServerGoAndComeBack) {
  RestartWatch watch;
  watch.ready(1);
  watch.ready(2);
  watch.lost(10);
  watch.lost(11);
  watch.refused(0, 12);
  watch.refused(0, 20);
  EXPECT_EQ(watch.restarts(), 0U) << "it is not back yet";
  watch.ready(30);
  watch.ready(31);
  EXPECT_EQ(watch.restarts(), 1U);
  EXPECT_EQ(watch.connections(), 2U);
  EXPECT_EQ(watch.longest_ns(), 20U);
  watch.refused(0, 40);  // the last session had just taken its leave
  watch.ready(45);
  EXPECT_EQ(watch.restarts(), 2U);
  EXPECT_EQ(watch.connections(), 2U);
  EXPECT_EQ(watch.longest_ns(), 20U);
}

TEST(RestartWatch, ConnectionsThatAreLostAndOpenedAgainAreNoRestart) {
  RestartWatch watch;
  for (std::uint64_t now = 1; now < 100; now += 2) {
    watch.ready(now);
    watch.lost(now + 1);
  }
  EXPECT_EQ(watch.restarts(), 0U);
}

TEST(RestartWatch, AServerThatRefusesSomeWhileItServesOthersIsNotAway) {
  RestartWatch watch;
  watch.ready(1);
  watch.lost(2);
  watch.refused(3, 3);
  watch.ready(4);
  EXPECT_EQ(watch.restarts(), 0U);
}

TEST(RestartWatch, AServerThatStartsLateWasNotRestarted) {
  RestartWatch watch;
  watch.refused(0, 1);
  watch.ready(2);
  EXPECT_EQ(watch.restarts(), 0U);
}

}  // namespace
}  // namespace backtalk::engine
