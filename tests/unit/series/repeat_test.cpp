// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/repeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/objectives.hpp"
#include "runs.hpp"

namespace backtalk::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

bool never() {
  return false;
}

RunAgain one_after_another(std::vector<result::RunResult> results) {
  return [results = std::move(results)](std::size_t number) -> std::variant<result::RunResult, std::string> {
    return results.at(number);
  };
}

Repetition repeated(const std::vector<result::RunResult>& results,
                    const std::vector<report::Threshold>& thresholds = {},
                    const std::function<bool()>& stop = &never) {
  auto done = repeat(results.size(), thresholds, one_after_another(results), stop);
  return std::get<Repetition>(std::move(done));
}

const std::optional<Spread>& spread(const Repetition& of, std::string_view metric) {
  return of.spreads[static_cast<std::size_t>(compare::find_metric(metric) - compare::metrics().data())];
}

report::Threshold limit(std::string_view text) {
  return std::get<report::Threshold>(report::read_threshold(text));
}

TEST(Repeat, ShowsTheMedianAndTheSpreadOfTheRuns) {
  const Repetition done = repeated({quiet_run(1000), quiet_run(3000), quiet_run(2000)});
  EXPECT_THAT(done.runs, SizeIs(3));
  ASSERT_TRUE(spread(done, "per_s"));
  EXPECT_DOUBLE_EQ(spread(done, "per_s")->median, 2000);
  EXPECT_DOUBLE_EQ(spread(done, "per_s")->min, 1000);
  EXPECT_DOUBLE_EQ(spread(done, "per_s")->max, 3000);
  EXPECT_TRUE(done.valid());
  EXPECT_THAT(done.failures().all(), IsEmpty());
  EXPECT_THAT(summarize(done),
              HasSubstr("3 of 3 runs at smtp://127.0.0.1:2525: 2000 messages/s in the median"));
}

// 6,640 samples for p99.9, as of a single run.
TEST(Repeat, LeavesOutAMetricThatNoRunHasSamplesEnoughFor) {
  const Repetition done = repeated({quiet_run(1000), quiet_run(2000)});
  EXPECT_TRUE(spread(done, "p99"));
  EXPECT_FALSE(spread(done, "p99.9"));
  EXPECT_THAT(summarize(done), HasSubstr("needs 6640 messages in a run"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("p99_9_ns":null)"));
}

TEST(Repeat, HasTheServersCpuTimeWhereItWasMeasured) {
  EXPECT_THAT(summarize(repeated({quiet_run(1000), quiet_run(1000)})), Not(HasSubstr("server_cpu")));
  result::RunResult run = quiet_run(1000);
  run.server = result::Server{.pid = 4321, .cpu_ns = 2 * kSecond};
  const Repetition done = repeated({run, run});
  ASSERT_TRUE(spread(done, "server_cpu"));
  EXPECT_DOUBLE_EQ(spread(done, "server_cpu")->median, 2e6);
  EXPECT_THAT(summarize(done), HasSubstr("\nserver_cpu     2.00 ms"));
}

TEST(Repeat, SaysOfHowManyRunsAMetricIs) {
  const Repetition done = repeated({quiet_run(1000), quiet_run(7000), quiet_run(1000)});
  ASSERT_TRUE(spread(done, "p99.9"));
  EXPECT_EQ(spread(done, "p99.9")->values, 1);
  EXPECT_THAT(summarize(done), HasSubstr("(1 of 3 runs)"));
}

TEST(Repeat, TheWorstVerdictDecides) {
  const Repetition done = repeated({quiet_run(1000), failed_run(1000), quiet_run(1000), failed_run(900)});
  EXPECT_FALSE(done.valid());
  EXPECT_THAT(done.failures().all(), Not(IsEmpty()));
  ASSERT_THAT(done.reasons, SizeIs(1));
  EXPECT_EQ(done.reasons.front().reason.code, "errors");
  EXPECT_EQ(done.reasons.front().runs, 2);
  EXPECT_EQ(done.reasons.front().first, 1);
  EXPECT_THAT(summarize(done),
              HasSubstr("FAILED: in 2 of 4 runs, first in run 2: 33 % of the messages failed"));
}

TEST(Repeat, ALimitThatOneRunCrossesFailsAll) {
  const std::vector limits{limit("p99>5ms"), limit("completed<10")};
  EXPECT_THAT(repeated({quiet_run(1000), quiet_run(1000)}, limits).failures().all(), IsEmpty());
  const Repetition done = repeated({quiet_run(1000), quiet_run(1000, 9 * kMillisecond)}, limits);
  EXPECT_THAT(done.failures().all(), Not(IsEmpty()));
  EXPECT_THAT(done.runs[0].crossed, IsEmpty());
  EXPECT_THAT(done.runs[1].crossed, ElementsAre(HasSubstr("p99>5ms: measured")));
  ASSERT_THAT(done.failures().all(), SizeIs(1));
  EXPECT_THAT(done.failures().all()[0].sentence, testing::StartsWith("run 2: p99>5ms: measured"));
}

TEST(Repeat, ARuleThatOneRunMissesFailsAll) {
  std::vector results{quiet_run(1000), quiet_run(1000, 9 * kMillisecond)};
  for (result::RunResult& one : results) one.workload.slo = "p95<5ms, failed<1%";
  const Repetition done = repeated(results);
  EXPECT_THAT(done.failures().all(), Not(IsEmpty()));
  ASSERT_THAT(done.objectives, SizeIs(2));
  EXPECT_EQ(done.objectives[0].missed, 1);
  EXPECT_EQ(done.objectives[1].missed, 0);
  EXPECT_THAT(summarize(done), HasSubstr("objective MISSED p95<5ms in run 2 of 2"));
  ASSERT_THAT(done.failures().all(), SizeIs(1));
  EXPECT_EQ(done.failures().all()[0].sentence, "run 2: objective p95<5ms: 9.00 ms");
  EXPECT_THAT(summarize(done), HasSubstr("objective met failed<1% in all runs"));
  for (result::RunResult& one : results) one.workload.slo = "p99.9<1h";
  EXPECT_THAT(summarize(repeated(results)), HasSubstr("objective NOT JUDGED p99.9<1h in 2 of 2 runs"));
}

TEST(Repeat, EndsWithARunThatIsInterruptedWhichDoesNotCount) {
  result::RunResult cut = failed_run(10);
  cut.interrupted = true;
  const Repetition done = repeated({quiet_run(1000), quiet_run(2000), cut, quiet_run(4000)});
  EXPECT_TRUE(done.interrupted);
  EXPECT_THAT(done.runs, SizeIs(3));
  EXPECT_EQ(done.counted(), 2);
  EXPECT_DOUBLE_EQ(spread(done, "per_s")->max, 2000);
  EXPECT_THAT(done.failures().all(), IsEmpty());
  EXPECT_THAT(summarize(done), HasSubstr("interrupted: 3 of 4 runs"));
}

TEST(Repeat, AnInterruptedRunCountsIfThereIsNoOther) {
  result::RunResult cut = quiet_run(100);
  cut.interrupted = true;
  const Repetition done = repeated({cut, quiet_run(4000)});
  EXPECT_THAT(done.runs, SizeIs(1));
  EXPECT_EQ(done.counted(), 1);
  EXPECT_DOUBLE_EQ(spread(done, "per_s")->median, 100);
}

TEST(Repeat, CanBeInterruptedBetweenTwoRuns) {
  const Repetition done = repeated({quiet_run(1000), quiet_run(2000)}, {}, [] { return true; });
  EXPECT_TRUE(done.interrupted);
  EXPECT_THAT(done.runs, SizeIs(1));
  EXPECT_EQ(done.counted(), 1);
}

// Runs until one cannot be made.
std::variant<Repetition, std::string> repeat_until(std::size_t impossible) {
  return repeat(
      3, {},
      [=](std::size_t number) -> std::variant<result::RunResult, std::string> {
        if (number == impossible) return "no memory for a ring";
        return quiet_run(10);
      },
      &never);
}

TEST(Repeat, ReturnsWhatKeptTheFirstRunFromBeingMade) {
  EXPECT_EQ(std::get<std::string>(repeat_until(0)), "no memory for a ring");
}

TEST(Repeat, HasTheRunsBeforeOneThatCannotBeMade) {
  const Repetition done = std::get<Repetition>(repeat_until(1));
  EXPECT_THAT(done.runs, SizeIs(1));
  EXPECT_THAT(done.failures().all(), Not(IsEmpty()));
  EXPECT_FALSE(done.valid());
  EXPECT_THAT(summarize(done), HasSubstr("FAILED: run 2 of 3 could not be made: no memory for a ring"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("code":"run-impossible","runs":1,"first_run":2)"));
}

// A server that answers 1 % of messages after a minute is no quicker for a client that gives up.
TEST(Repeat, ATimeoutIsALatencyOfSoMuchOrMore) {
  result::RunResult given_up = quiet_run(7000);
  given_up.measured.started += 70;
  given_up.measured.failed = given_up.timed_out = 70;
  given_up.censored.record_n(kSecond, 70);
  const Repetition done = repeated({quiet_run(7000), given_up, given_up});
  ASSERT_TRUE(spread(done, "p99.9"));
  EXPECT_EQ(spread(done, "p99.9")->values, 3);
  EXPECT_EQ(spread(done, "p99.9")->bounds, 2);
  EXPECT_FALSE(spread(done, "p99.9")->is_bound(0));
  EXPECT_TRUE(spread(done, "p99.9")->is_bound(0.5));
  EXPECT_EQ(spread(done, "p50")->bounds, 0);
  EXPECT_THAT(summarize(done), HasSubstr("≥ 1.00 s"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("p99_9_ns":{"runs":3,"median":null,"min":1)"));
}

TEST(Repeat, KeepsEachResultAsJson) {
  const Repetition done = repeated({quiet_run(1000), quiet_run(2000)});
  const std::string text = to_json(done);
  EXPECT_THAT(text, testing::StartsWith(R"({"schema":"backtalk.repeat/1")"));
  std::size_t results = 0;
  for (std::size_t at = 0; (at = text.find(R"("schema":"backtalk.load/1")", at)) != std::string::npos; ++at)
    ++results;
  EXPECT_EQ(results, 2);
}

}  // namespace
}  // namespace backtalk::series
