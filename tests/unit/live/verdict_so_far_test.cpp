// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/verdict_so_far.hpp"

#include <gmock/gmock.h>

#include <string>
#include <variant>
#include <vector>

#include "report/threshold.hpp"

namespace {

using backtalk::live::Standing;
using backtalk::live::verdict_so_far;
using backtalk::live::VerdictSoFar;
using backtalk::report::Threshold;
using backtalk::result::RunResult;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// 1000 messages of a millisecond in ten seconds, and ten in flight.
RunResult going_well() {
  RunResult result;
  result.url = "smtp://127.0.0.1:2525";
  result.protocol = "smtp";
  result.transaction = "message";
  result.elapsed_ns = result.load.load_ns = 10'000'000'000;
  result.load.silent_ns = 0;
  result.measured.started = 1010;
  result.measured.completed = 1000;
  result.latency.record_n(1'000'000, 1000);
  return result;
}

std::vector<Threshold> limits(const std::vector<std::string>& texts) {
  const auto read = backtalk::report::read_thresholds(texts);
  return std::get<std::vector<Threshold>>(read);
}

TEST(VerdictSoFar, OfNothingThereIsNone) {
  const VerdictSoFar verdict = verdict_so_far(RunResult{}, {});
  EXPECT_EQ(verdict.standing, Standing::unknown);
  EXPECT_TRUE(verdict.sentences.empty());
}

TEST(VerdictSoFar, ARunThatGoesWellHolds) {
  const VerdictSoFar verdict = verdict_so_far(going_well(), limits({"p99>5ms", "failed>1%"}));
  EXPECT_EQ(verdict.standing, Standing::holds);
  EXPECT_TRUE(verdict.sentences.empty());
}

TEST(VerdictSoFar, FailuresFailIt) {
  RunResult result = going_well();
  result.measured.failed = 100;
  result.measured.started += 100;
  result.errors.push_back({.name = "reply-450", .count = 100});
  const VerdictSoFar verdict = verdict_so_far(result, {});
  EXPECT_EQ(verdict.standing, Standing::fails);
  EXPECT_THAT(verdict.sentences, ElementsAre(HasSubstr("9 % of the messages failed")));
}

TEST(VerdictSoFar, ABusyGeneratorMakesItDoubtful) {
  RunResult result = going_well();
  result.client.busy_max = 0.97;
  const VerdictSoFar verdict = verdict_so_far(result, {});
  EXPECT_EQ(verdict.standing, Standing::in_doubt);
  EXPECT_THAT(verdict.sentences, ElementsAre(StartsWith("SATURATED: ")));
}

TEST(VerdictSoFar, AServerThatFellSilentFailsIt) {
  RunResult result = going_well();
  result.load.silent_ns = 4'000'000'000;
  const VerdictSoFar verdict = verdict_so_far(result, {});
  EXPECT_EQ(verdict.standing, Standing::fails);
  EXPECT_THAT(verdict.sentences, ElementsAre(HasSubstr("the server stopped answering")));
}

TEST(VerdictSoFar, LimitsAndRulesAreJudgedByWhatIsKnown) {
  RunResult result = going_well();
  result.workload.slo = "p99<500us, RETR p95<1s, connect p50<1s, failed<1%";
  const VerdictSoFar verdict = verdict_so_far(result, limits({"per_s<500", "delivery p99>1s"}));
  EXPECT_EQ(verdict.standing, Standing::fails);
  EXPECT_THAT(verdict.sentences,
              ElementsAre(HasSubstr("objective p99<500us"), HasSubstr("per_s<500: measured 100")));
}

}  // namespace
