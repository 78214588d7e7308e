// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/batch_size.hpp"

#include <gtest/gtest.h>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;

// Turns with a fixed number of answers at fixed intervals; half of each turn is waiting.
void answer(BatchSize& batch, std::uint64_t& now, std::uint64_t gap_ns, std::uint64_t answers,
            int turns = 100) {
  for (int turn = 0; turn < turns; ++turn) {
    now += gap_ns * answers;
    batch.turned(now, gap_ns * answers / 2, 1, answers);
  }
}

TEST(BatchSize, WaitsForHalfOfTheConnectionsIfAnswersFollowClosely) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  EXPECT_EQ(batch.wanted(20), 10U);
  EXPECT_EQ(batch.wanted(8), 4U);
}

TEST(BatchSize, WaitsForThreeQuartersIfTheServerIsTheLimit) {
  BatchSize batch(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    batch.turned(turn * 100 * kMicrosecond, 80 * kMicrosecond, 1, 20);
  EXPECT_EQ(batch.wanted(20), 15U);
  EXPECT_EQ(batch.wanted(4), 3U);
}

TEST(BatchSize, ALongTurnOfWorkIsNotAWait) {
  BatchSize batch(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    batch.turned(turn * 5 * kMillisecond, kMillisecond, 1, 1000);
  EXPECT_EQ(batch.wanted(20), 10U);
}

TEST(BatchSize, WaitsForWhatArrivesWithinHalfOfTheLimit) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 125 * kMicrosecond, 1);
  EXPECT_EQ(batch.wanted(20), 4U);
  EXPECT_EQ(batch.wanted(6), 3U);
}

// Otherwise a worker that waits for single answers would find that they come too seldom to be
// gathered, and one that gathers would find the opposite.
TEST(BatchSize, HowManyAnswersATurnBringsDoesNotMatter) {
  BatchSize one_by_one(kMillisecond);
  BatchSize by_tens(kMillisecond);
  std::uint64_t now = 1;
  std::uint64_t also_now = 1;
  answer(one_by_one, now, 60 * kMicrosecond, 1);
  answer(by_tens, also_now, 60 * kMicrosecond, 10);
  EXPECT_EQ(one_by_one.wanted(20), by_tens.wanted(20));
}

TEST(BatchSize, RareAnswersAreHandledOneByOne) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 600 * kMicrosecond, 1);
  EXPECT_EQ(batch.wanted(20), 1U);
}

TEST(BatchSize, OneLongWaitIsSoonForgotten) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  answer(batch, now, 1'000 * kMillisecond, 1, 1);
  answer(batch, now, 5 * kMicrosecond, 10, 20);
  EXPECT_GT(batch.wanted(20), 5U);
}

TEST(BatchSize, FewConnectionsAreNotBatched) {
  const BatchSize batch(kMillisecond);
  for (const unsigned connections : {0U, 1U, 2U, 3U}) EXPECT_EQ(batch.wanted(connections), 1U);
}

TEST(BatchSize, WithoutALimitEachAnswerIsHandledAtOnce) {
  BatchSize batch(0);
  std::uint64_t now = 1;
  answer(batch, now, 1, 100);
  EXPECT_EQ(batch.wanted(1000), 1U);
}

// Four of eight sessions answer, and the others stall: a wait for five or six of them would run out
// each time.
TEST(BatchSize, AfterATimeoutWaitsForNoMoreThanArrived) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  ASSERT_EQ(batch.wanted(20), 10U);
  batch.turned(now += kMillisecond, kMillisecond, 10, 4);
  EXPECT_EQ(batch.wanted(20), 4U);
  const auto fill = [&](int turns) {
    for (int turn = 0; turn < turns; ++turn)
      batch.turned(now += 20 * kMicrosecond, 10 * kMicrosecond, batch.wanted(20), 4);
  };
  fill(63);
  EXPECT_EQ(batch.wanted(20), 4U);
  fill(1);
  EXPECT_EQ(batch.wanted(20), 10U) << "a wait for more is tried again";
  batch.turned(now += kMillisecond, kMillisecond, 10, 4);
  fill(127);
  EXPECT_EQ(batch.wanted(20), 4U) << "and less often if that runs out, too";
  fill(1);
  EXPECT_EQ(batch.wanted(20), 10U);
}

// The alarm of an earlier wait rings during a later one.
TEST(BatchSize, AWaitThatEndsWellBeforeTheLimitIsNoTimeout) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  ASSERT_EQ(batch.wanted(20), 10U);
  for (int turn = 0; turn < 100; ++turn) batch.turned(now += 40 * kMicrosecond, 20 * kMicrosecond, 10, 4);
  EXPECT_EQ(batch.wanted(20), 10U);
  batch.turned(now += kMillisecond, 800 * kMicrosecond, 10, 4);
  EXPECT_EQ(batch.wanted(20), 4U) << "this one lasted almost as long as it may";
}

TEST(BatchSize, AWaitInWhichTheThreadLostItsCoreIsIgnored) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  batch.turned(now += 8 * kMillisecond, 8 * kMillisecond, 10, 4);
  answer(batch, now, 5 * kMicrosecond, 10, 20);
  EXPECT_EQ(batch.wanted(20), 10U);
}

TEST(BatchSize, AfterAnEmptyWaitWaitsForASingleAnswer) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  batch.turned(now + kMillisecond, kMillisecond, 10, 0);
  EXPECT_EQ(batch.wanted(20), 1U);
}

}  // namespace
}  // namespace backtalk::engine
