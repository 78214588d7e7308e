// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/stage_tallies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

#include "stats/tally.hpp"

namespace backtalk::stats {
namespace {

using session::Ending;
using testing::ElementsAre;
using testing::SizeIs;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStart = 7 * kSecond;
const std::vector<Stage> kTwo{{.duration_ns = kSecond, .from_per_s = 10, .to_per_s = 10},
                              {.duration_ns = 2 * kSecond, .from_per_s = 10, .to_per_s = 20}};

session::Ticket ticket(std::uint16_t stage, std::uint64_t since_start) {
  return {.number = 0, .scheduled = kStart + since_start, .measured = true, .stage = stage};
}

session::TransactionEnd ending(const session::Ticket& of, std::uint64_t took, Ending how,
                               std::string_view reason = {}) {
  return {.ticket = of, .begun = of.scheduled, .ended = of.scheduled + took, .ending = how, .reason = reason};
}

Tally tally_of(const std::vector<Stage>& stages) {
  Tally out(1, 1);
  out.planned_end = kStart + 3 * kSecond;
  out.stages.start(kStart, stages);
  return out;
}

void run(Tally& tally, const session::Ticket& of, std::uint64_t took, Ending how = Ending::completed,
         std::string_view reason = {}) {
  tally.started(of);
  tally.transaction_ended(ending(of, took, how, reason));
}

TEST(StageTallies, ATransactionIsOfTheStageInWhichItWasToBegin) {
  Tally tally = tally_of(kTwo);
  run(tally, ticket(0, 100), kMillisecond);
  run(tally, ticket(0, kSecond - 1), 2 * kSecond);  // answered in the second stage
  run(tally, ticket(1, kSecond), kMillisecond);
  const auto stages = tally.stages.all();
  EXPECT_EQ(stages[0].counted, (TransactionTally{.started = 2, .completed = 2}));
  EXPECT_EQ(stages[1].counted, (TransactionTally{.started = 1, .completed = 1}));
  ASSERT_TRUE(stages[0].latencies && stages[1].latencies);
  EXPECT_EQ(stages[0].latencies->known.max(), 2 * kSecond);
  EXPECT_EQ(stages[1].latencies->known.max(), kMillisecond);
  EXPECT_THAT(stages[0].due, ElementsAre(1, 1));
  EXPECT_THAT(stages[0].answered, ElementsAre(1, 0));
  EXPECT_THAT(stages[1].due, ElementsAre(1, 0));
  EXPECT_THAT(stages[1].answered, ElementsAre(1, 1));
}

// A wait of the client's own moves the instant at which it is to begin.
TEST(StageTallies, APauseDoesNotMoveATransactionToTheNextStage) {
  Tally tally = tally_of(kTwo);
  session::Ticket of = ticket(0, kSecond - 1);
  tally.started(of);
  of.scheduled += kSecond;
  tally.transaction_ended(ending(of, kMillisecond, Ending::completed));
  EXPECT_EQ(tally.stages.all()[0].counted, (TransactionTally{.started = 1, .completed = 1}));
  EXPECT_EQ(tally.stages.all()[1].counted, TransactionTally{});
}

TEST(StageTallies, FailuresAreCensoredWhereTheyTookTooLong) {
  Tally tally = tally_of(kTwo);
  run(tally, ticket(1, kSecond), 3 * kSecond, Ending::failed, session::kTimeout);
  run(tally, ticket(1, kSecond), kMillisecond, Ending::failed, "reply-5xx");
  run(tally, ticket(1, kSecond), 4 * kSecond, Ending::unfinished);
  tally.never_begun(ticket(1, kSecond), Ending::failed, "no-free-connection", kStart + 9 * kSecond);
  tally.never_begun(ticket(1, kSecond), Ending::unfinished, {}, kStart + 9 * kSecond);
  const StageTally& stage = tally.stages.all()[1];
  EXPECT_EQ(stage.counted, (TransactionTally{.started = 5, .failed = 3, .unfinished = 2}));
  EXPECT_EQ(stage.timed_out, 2U);
  ASSERT_TRUE(stage.latencies);
  EXPECT_TRUE(stage.latencies->censored == tally.censored) << "as the run's are";
  EXPECT_EQ(stage.timed_out, tally.timed_out);
  ASSERT_THAT(stage.errors.all(), SizeIs(3));
  EXPECT_EQ(stage.errors.all()[0].name, session::kTimeout);
  EXPECT_EQ(stage.errors.all()[2].count, 1U);
  EXPECT_FALSE(tally.stages.all()[0].latencies) << "none ended";
}

TEST(StageTallies, TheWarmUpIsOfNoStage) {
  Tally tally = tally_of(kTwo);
  session::Ticket before = ticket(0, 0);
  before.measured = false;
  run(tally, before, kMillisecond);
  EXPECT_EQ(tally.stages.all()[0].counted, TransactionTally{});
}

// Threads add up, and stages add up to the run, whatever happens.
TEST(StageTallies, OfAllThreadsAddUpToTheRun) {
  Tally one = tally_of(kTwo);
  Tally other = tally_of(kTwo);
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const auto stage = static_cast<std::uint16_t>(i < 1000 ? 0 : 1);
    Tally& tally = i % 3 == 0 ? one : other;
    const std::array endings{Ending::completed, Ending::completed, Ending::failed, Ending::unfinished};
    run(tally, ticket(stage, i * kMillisecond), (i % 7 + 1) * kMillisecond, endings[i % 4],
        session::kTimeout);
  }
  Tally sum = tally_of(kTwo);
  sum.add(one);
  sum.add(other);
  TransactionTally counted;
  Histogram known;
  Histogram censored;
  for (const StageTally& stage : sum.stages.all()) {
    EXPECT_EQ(stage.counted.started,
              stage.counted.completed + stage.counted.failed + stage.counted.unfinished);
    EXPECT_EQ(stage.due[0] + stage.due[1], stage.counted.started);
    counted.add(stage.counted);
    known.merge(stage.latencies->known);
    censored.merge(stage.latencies->censored);
  }
  EXPECT_EQ(counted, sum.measured());
  EXPECT_TRUE(known == sum.latency);
  EXPECT_TRUE(censored == sum.censored);
  EXPECT_FALSE(sum.stages.all()[1].interval(75)) << "half of them are censored";
}

TEST(StageTallies, ASteadyStageHasIntervalsAroundItsPercentiles) {
  Tally tally = tally_of(kTwo);
  for (std::uint64_t i = 0; i < 20'000; ++i)
    run(tally, ticket(1, kSecond + i * 100'000), (10 + i * 7919 % 10) * kMillisecond);
  const auto interval = tally.stages.all()[1].interval(50);
  ASSERT_TRUE(interval);
  EXPECT_LE(interval->low, 15 * kMillisecond);
  EXPECT_GE(interval->high, 14 * kMillisecond);
  EXPECT_GE(interval->low, 10 * kMillisecond);
  EXPECT_LE(interval->high, 20 * kMillisecond);
  EXPECT_FALSE(tally.stages.all()[0].interval(50)) << "nothing is known of it";
}

TEST(StageTallies, WithoutStagesNothingIsCounted) {
  Tally tally = tally_of({});
  run(tally, ticket(0, 0), kMillisecond);
  EXPECT_THAT(tally.stages.all(), SizeIs(0));
}

}  // namespace
}  // namespace backtalk::stats
