// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/ring.hpp"

#include <gtest/gtest.h>

#include "net/clock.hpp"

namespace backtalk::net {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kHour = 3'600'000'000'000;

// Each of these would outlast the test's own limit if the wait did not end as it should.
class RingTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto problem = ring_.open(8)) GTEST_SKIP() << *problem;
  }
  unsigned drain() {
    return ring_.drain([](const io_uring_cqe&) {});
  }
  Ring ring_;
};

TEST_F(RingTest, AWaitEndsAtItsTimeoutWithTheCompletionsSoFar) {
  io_uring_prep_nop(ring_.entry());
  EXPECT_EQ(ring_.submit_and_wait(2, kMillisecond), 0);
  EXPECT_EQ(drain(), 1U);
}

TEST_F(RingTest, AnAlarmEndsAWaitWithoutACompletion) {
  const std::uint64_t due = now_ns() + kMillisecond;
  ring_.wake_at(due);
  EXPECT_EQ(ring_.submit_and_wait(2), 0);
  EXPECT_GE(now_ns(), due);
  EXPECT_EQ(drain(), 0U);
}

TEST_F(RingTest, AnEarlierInstantMovesTheAlarm) {
  ring_.wake_at(now_ns() + kHour);
  ring_.submit();
  ring_.wake_at(now_ns() + kMillisecond);
  EXPECT_EQ(ring_.submit_and_wait(2), 0);
  EXPECT_EQ(drain(), 0U);
}

TEST_F(RingTest, AnAlarmThatRangIsSetAgain) {
  for (int turn = 0; turn < 3; ++turn) {
    const std::uint64_t due = now_ns() + kMillisecond;
    ring_.wake_at(due);
    EXPECT_EQ(ring_.submit_and_wait(2), 0);
    EXPECT_GE(now_ns(), due);
    drain();
  }
}

// To the kernel the alarm is one completion then, and the wait is for two.
TEST_F(RingTest, AnAlarmThatRangBeforeTheWaitIsSetAgain) {
  for (const std::uint64_t instant : {now_ns() + kMillisecond, now_ns() - kMillisecond}) {
    ring_.wake_at(instant);
    ring_.submit();
    while (now_ns() < instant + 2 * kMillisecond) {
    }
    ring_.wake_at(now_ns() + kMillisecond);
    EXPECT_EQ(ring_.submit_and_wait(2), 0);
    drain();
  }
}

TEST_F(RingTest, AWaitWithoutAnAlarmEndsAtTheGuard) {
  const std::uint64_t instant = now_ns() + kMillisecond;
  ring_.wake_at(instant);
  ring_.submit();
  while (now_ns() < instant + 2 * kMillisecond) {
  }
  EXPECT_EQ(ring_.submit_and_wait(2), 0);
}

// A later instant is ignored: the alarm rings early, and the caller checks the time anyway.
TEST_F(RingTest, ALaterInstantLeavesTheAlarmAlone) {
  ring_.wake_at(now_ns() + kMillisecond);
  ring_.wake_at(now_ns() + kHour);
  EXPECT_EQ(ring_.submit_and_wait(1), 0);
  EXPECT_EQ(drain(), 0U);
}

}  // namespace
}  // namespace backtalk::net
