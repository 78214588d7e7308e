// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/batch_size.hpp"

#include <gtest/gtest.h>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;

// What lock step brings: each answer is the only one that was due on its connection.
Arrivals answers_of(std::uint64_t connections) {
  return {.connections = connections, .reads = connections};
}

// Turns with a fixed number of answers at fixed intervals; half of each turn is waiting.
void answer(BatchSize& batch, std::uint64_t& now, std::uint64_t gap_ns, std::uint64_t answers,
            int turns = 100) {
  for (int turn = 0; turn < turns; ++turn) {
    now += gap_ns * answers;
    batch.turned(now, gap_ns * answers / 2, 1, answers_of(answers));
  }
}

TEST(BatchSize, WaitsForHalfOfTheConnectionsIfAnswersFollowClosely) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  EXPECT_EQ(batch.wanted(20, 20), 10U);
  EXPECT_EQ(batch.wanted(8, 8), 4U);
}

TEST(BatchSize, WaitsForThreeQuartersIfTheServerIsTheLimit) {
  BatchSize batch(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    batch.turned(turn * 100 * kMicrosecond, 80 * kMicrosecond, 1, answers_of(20));
  EXPECT_EQ(batch.wanted(20, 20), 15U);
  EXPECT_EQ(batch.wanted(4, 4), 3U);
}

TEST(BatchSize, ALongTurnOfWorkIsNotAWait) {
  BatchSize batch(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    batch.turned(turn * 5 * kMillisecond, kMillisecond, 1, answers_of(1000));
  EXPECT_EQ(batch.wanted(20, 20), 10U);
}

TEST(BatchSize, WaitsForWhatArrivesWithinHalfOfTheLimit) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 125 * kMicrosecond, 1);
  EXPECT_EQ(batch.wanted(20, 20), 4U);
  EXPECT_EQ(batch.wanted(6, 6), 3U);
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
  EXPECT_EQ(one_by_one.wanted(20, 20), by_tens.wanted(20, 20));
}

TEST(BatchSize, RareAnswersAreHandledOneByOne) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 600 * kMicrosecond, 1);
  EXPECT_EQ(batch.wanted(20, 20), 1U);
}

TEST(BatchSize, OneLongWaitIsSoonForgotten) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  answer(batch, now, 1'000 * kMillisecond, 1, 1);
  answer(batch, now, 5 * kMicrosecond, 10, 20);
  EXPECT_GT(batch.wanted(20, 20), 5U);
}

TEST(BatchSize, FewConnectionsAreNotBatched) {
  const BatchSize batch(kMillisecond);
  for (const unsigned connections : {0U, 1U, 2U, 3U}) EXPECT_EQ(batch.wanted(connections, connections), 1U);
}

TEST(BatchSize, WithoutALimitEachAnswerIsHandledAtOnce) {
  BatchSize batch(0);
  std::uint64_t now = 1;
  answer(batch, now, 1, 100);
  EXPECT_EQ(batch.wanted(1000, 1000), 1U);
}

// Four of eight sessions answer, and the others stall: a wait for five or six of them would run out
// each time.
TEST(BatchSize, AfterATimeoutWaitsForNoMoreThanArrived) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  ASSERT_EQ(batch.wanted(20, 20), 10U);
  batch.turned(now += kMillisecond, kMillisecond, 10, answers_of(4));
  EXPECT_EQ(batch.wanted(20, 20), 4U);
  const auto fill = [&](int turns) {
    for (int turn = 0; turn < turns; ++turn)
      batch.turned(now += 20 * kMicrosecond, 10 * kMicrosecond, batch.wanted(20, 20), answers_of(4));
  };
  fill(7);
  EXPECT_EQ(batch.wanted(20, 20), 4U);
  fill(1);
  EXPECT_GE(batch.wanted(20, 20), 10U) << "a wait for more is tried again";
  batch.turned(now += kMillisecond, kMillisecond, 10, answers_of(4));
  fill(15);
  EXPECT_EQ(batch.wanted(20, 20), 4U) << "and less often if that runs out, too";
  fill(1);
  EXPECT_GE(batch.wanted(20, 20), 10U);
}

// A server that loses its core for some milliseconds now and then answers as before in between.
TEST(BatchSize, AServerThatPausesIsSoonWaitedForAgain) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  for (int pause = 0; pause < 20; ++pause) {
    batch.turned(now += kMillisecond, kMillisecond, batch.wanted(20, 20), answers_of(3));
    batch.turned(now += kMillisecond, kMillisecond, batch.wanted(20, 20), answers_of(0));
    for (int turn = 0; turn < 30; ++turn) {
      const unsigned wanted = batch.wanted(20, 20);
      batch.turned(now += 20 * kMicrosecond, 10 * kMicrosecond, wanted, answers_of(10));
    }
    EXPECT_GT(batch.wanted(20, 20), 5U);
  }
}

// The alarm of an earlier wait rings during a later one.
TEST(BatchSize, AWaitThatEndsWellBeforeTheLimitIsNoTimeout) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  ASSERT_EQ(batch.wanted(20, 20), 10U);
  for (int turn = 0; turn < 100; ++turn)
    batch.turned(now += 40 * kMicrosecond, 20 * kMicrosecond, 10, answers_of(4));
  EXPECT_EQ(batch.wanted(20, 20), 10U);
  batch.turned(now += kMillisecond, 800 * kMicrosecond, 10, answers_of(4));
  EXPECT_EQ(batch.wanted(20, 20), 4U) << "this one lasted almost as long as it may";
}

TEST(BatchSize, AWaitInWhichTheThreadLostItsCoreIsIgnored) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  batch.turned(now += 8 * kMillisecond, 8 * kMillisecond, 10, answers_of(4));
  answer(batch, now, 5 * kMicrosecond, 10, 20);
  EXPECT_EQ(batch.wanted(20, 20), 10U);
}

// Turns of a server that owes more answers on each connection than the one that it has given.
void answer_pipelined(BatchSize& batch, std::uint64_t& now, std::uint64_t gap_ns, std::uint64_t answers,
                      std::uint64_t ended_of_each = 1, int turns = 100) {
  for (int turn = 0; turn < turns; ++turn) {
    now += gap_ns * answers;
    batch.turned(
        now, gap_ns * answers / 2, 1,
        {.connections = answers, .reads = answers, .owing = answers, .ended = answers * ended_of_each});
  }
}

TEST(BatchSize, WaitsForAllConnectionsIfTheServerStillOwesThemAnswers) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer_pipelined(batch, now, 8 * kMicrosecond, 10);
  EXPECT_EQ(batch.wanted(64, 1024), 64U);
  answer(batch, now, 8 * kMicrosecond, 10, 20);
  EXPECT_EQ(batch.wanted(64, 64), 32U) << "lock step again";
}

// It owes the last answer of each connection alone: soon it would have nothing to do.
TEST(BatchSize, WaitsForNoMoreThanHalfOfWhatIsInFlight) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer_pipelined(batch, now, 8 * kMicrosecond, 10, 15);
  EXPECT_EQ(batch.wanted(64, 1024), 34U);
  EXPECT_EQ(batch.wanted(64, 128), 32U) << "half of the connections in any case";
}

TEST(BatchSize, APipelinedWaitIsForWhatArrivesWithinTheLimit) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer_pipelined(batch, now, 50 * kMicrosecond, 4);
  EXPECT_EQ(batch.wanted(64, 1024), 20U);
  answer_pipelined(batch, now, 600 * kMicrosecond, 1);
  EXPECT_EQ(batch.wanted(64, 1024), 1U) << "the next answer would come too late";
}

TEST(BatchSize, APipelinedWaitThatTimesOutTeachesNothing) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer_pipelined(batch, now, 8 * kMicrosecond, 10);
  batch.turned(now += kMillisecond, kMillisecond, 64,
               {.connections = 40, .reads = 40, .owing = 40, .ended = 40});
  EXPECT_EQ(batch.wanted(64, 1024), 64U);
}

TEST(BatchSize, AfterAnEmptyWaitWaitsForASingleAnswer) {
  BatchSize batch(kMillisecond);
  std::uint64_t now = 1;
  answer(batch, now, 5 * kMicrosecond, 10);
  batch.turned(now + kMillisecond, kMillisecond, 10, answers_of(0));
  EXPECT_EQ(batch.wanted(20, 20), 1U);
}

}  // namespace
}  // namespace backtalk::engine
