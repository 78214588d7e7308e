// SPDX-License-Identifier: Apache-2.0 OR MIT
// An open loop by stages whose answers are known, in simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "report/verdict.hpp"
#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

double count(std::uint64_t of) {
  return static_cast<double>(of);
}

// Stages have their own rates, and together they are the run.
void expect_whole(const result::RunResult& run) {
  stats::TransactionTally sum;
  stats::Histogram latency;
  for (const result::Stage& one : run.stages) {
    EXPECT_EQ(one.counted.started, one.counted.completed + one.counted.failed + one.counted.unfinished);
    EXPECT_EQ(one.latency.count(), one.counted.completed);
    sum.add(one.counted);
    latency.merge(one.latency);
  }
  EXPECT_EQ(sum, run.measured);
  EXPECT_TRUE(latency == run.latency);
}

// The reasons but for those of any short run.
std::vector<std::string> codes(const result::RunResult& run) {
  std::vector<std::string> out;
  for (const result::Reason& one : report::judge(run).reasons) {
    if (!one.of_one_run) out.emplace_back(one.code);
  }
  return out;
}

TEST(KnownStages, EachHasTheCountOfItsLine) {
  const auto run =
      simulate({.connections = 50, .stages = "2s:100,2s:1000,1s:50-50", .faults = {"service=const:1ms"}})
          .result;
  expect_whole(run);
  ASSERT_EQ(run.stages.size(), 3U);
  EXPECT_NEAR(count(run.stages[0].counted.started), 100, 1);
  EXPECT_NEAR(count(run.stages[1].counted.started), 1100, 1);
  EXPECT_NEAR(count(run.stages[2].counted.started), 50, 1);
  EXPECT_NEAR(run.stages[1].answered_per_s(run.stage_ran_ns(1)), 550, 1);
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(KnownStages, RandomArrivalsScatterAroundIt) {
  const auto run = simulate({.connections = 200,
                             .stages = "10s:400-400,10s:1600-1600",
                             .arrival = stats::Arrival::poisson,
                             .faults = {"service=const:1ms"}})
                       .result;
  expect_whole(run);
  EXPECT_NEAR(count(run.stages[0].counted.started), 4000, 4 * std::sqrt(4000));
  EXPECT_NEAR(count(run.stages[1].counted.started), 16'000, 4 * std::sqrt(16'000));
  EXPECT_THAT(codes(run), IsEmpty());
}

// One worker that takes exponential times of 2 ms in the mean: at r of 500 a second, the time is
// exponential with the mean 1 / (500 - r).
TEST(KnownStages, EachHasThePercentilesOfItsOwnRate) {
  const auto run = simulate({.connections = 400,
                             .stages = "100s:100-100,100s:300-300",
                             .arrival = stats::Arrival::poisson,
                             .faults = {"service=exp:2ms", "workers=1"}})
                       .result;
  expect_whole(run);
  const auto median = [](double rate) { return std::log(2) / (500 - rate) * 1e9; };
  for (const auto& [stage, rate] : {std::pair(0U, 100.0), std::pair(1U, 300.0)}) {
    const result::Stage& one = run.stages[stage];
    const double known = median(rate);
    EXPECT_NEAR(count(one.latency.value_at_percentile(50)), known, 0.05 * known) << rate;
    ASSERT_TRUE(one.p50_interval) << rate;
    EXPECT_LE(count(one.p50_interval->low), known * 1.02) << rate;
    EXPECT_GE(count(one.p50_interval->high), known * 0.98) << rate;
    EXPECT_LT(one.p50_interval->low, one.p50_interval->high);
  }
  EXPECT_FALSE(run.latency_interval(50)) << "the run as a whole is of no one rate";
}

// The server answers 100 a second: the second stage asks for five times as many.
TEST(KnownStages, ARateThatIsNotReachedIsNamedByItsStage) {
  const auto run = simulate({.connections = 1000,
                             .stages = "4s:50-50,4s:500-500,1s:0-0,2s:50-50",
                             .faults = {"service=const:10ms", "workers=1"}})
                       .result;
  expect_whole(run);
  const result::Verdict verdict = report::judge(run);
  ASSERT_FALSE(verdict.reasons.empty());
  EXPECT_EQ(verdict.reasons[0].code, "rate-not-reached");
  EXPECT_THAT(
      verdict.reasons[0].sentence,
      HasSubstr("the rate was not reached in stage 2 (500/s for 4s): in its second half, 500/s fell due and "
                "100/s were answered"));
  EXPECT_THAT(verdict.reasons[0].sentence, testing::Not(HasSubstr("so it was")))
      << "in the others as many are answered as fall due, or more";
}

TEST(KnownStages, OfALineThatRisesBeyondTheCapacityItIsNamed) {
  const auto run =
      simulate({.connections = 2000, .stages = "4s:50,4s:300", .faults = {"service=const:10ms", "workers=1"}})
          .result;
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
}

// More are in flight at the end of a line than at its middle, and that is no queue.
TEST(KnownStages, LongAnswersAreNoQueueWhereTheRateRisesOrFalls) {
  for (const char* fault : {"service=const:100ms", "service=exp:100ms", "service=const:400ms"}) {
    const auto run =
        simulate({.connections = 2000, .stages = "4s:1000,4s:1000,4s:100,4s:1000-1000", .faults = {fault}})
            .result;
    expect_whole(run);
    EXPECT_THAT(codes(run), IsEmpty()) << fault << report::judge(run).reasons[0].sentence;
  }
}

TEST(KnownStages, AStopIsInTheLatenciesOfItsStageAlone) {
  const auto run = simulate({.connections = 1000,
                             .stages = "4s:500-500,4s:500-500,4s:500-500",
                             .faults = {"service=const:1ms"},
                             .stop = Stop{.from_ns = 5 * kSecond, .for_ns = kSecond}})
                       .result;
  expect_whole(run);
  EXPECT_LT(run.stages[0].latency.max(), 2 * kMillisecond);
  EXPECT_NEAR(count(run.stages[1].latency.max()), 1e9, 5e6);
  EXPECT_LT(run.stages[2].latency.value_at_percentile(90), 2 * kMillisecond);
}

}  // namespace
}  // namespace backtalk::known
