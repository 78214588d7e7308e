// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/target_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

result::TargetCounts target(std::string_view url, std::uint64_t weight, std::uint64_t completed) {
  result::TargetCounts made{.url = std::string(url), .weight = weight};
  made.opened = made.ready_ever = completed > 0 ? 5 : 0;
  made.counted.started = made.counted.completed = completed;
  made.latency.record_n(10 * kMillisecond, completed);
  return made;
}

// Of the thousand messages each has its half.
Quiet divided() {
  Quiet run;
  run.targets = {target("smtp://a", 1, 500), target("smtp://b", 1, 500)};
  return run;
}

// All went to the second.
Quiet without_the_first() {
  Quiet run;
  run.targets = {target("smtp://a", 1, 0), target("smtp://b", 9, 1000)};
  run.targets[0].failed = 4;
  run.targets[0].errors = {{.name = "connect-refused", .count = 4}};
  return run;
}

std::vector<std::string_view> codes(const result::RunResult& run) {
  std::vector<std::string_view> out;
  for (const result::Reason& reason : judge(run).reasons) out.push_back(reason.code);
  return out;
}

TEST(TargetVerdict, TargetsThatHadTheirPartsAreNoReason) {
  EXPECT_THAT(codes(divided()), IsEmpty());
  EXPECT_THAT(judge(divided()).notes, IsEmpty());
}

TEST(TargetVerdict, OneThatWasNeverThereIsLost) {
  Quiet run = without_the_first();
  ASSERT_THAT(codes(run), ElementsAre("server-lost"));
  const result::Reason reason = judge(run).reasons.front();
  EXPECT_TRUE(reason.fails);
  EXPECT_EQ(reason.sentence,
            "no session could be opened with smtp://a (4 x connect-refused) in the whole run: 10 % of the "
            "connections were to go there");
  run.interrupted = true;
  EXPECT_THAT(codes(run), ElementsAre("server-lost")) << "Ctrl-C has nothing to do with it";
}

TEST(TargetVerdict, OneWhoseConnectionsWereWaitedForInVainIsLost) {
  Quiet run = without_the_first();
  run.targets[0].failed = 0;
  run.targets[0].errors.clear();
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
  Quiet ramping = run;
  ramping.workload.ramp_ns = kSecond;
  EXPECT_THAT(codes(ramping), IsEmpty()) << "its turn may not have come";
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(TargetVerdict, OneThatNoSessionFellToIsNotLost) {
  Quiet run = without_the_first();
  run.targets[0].failed = 0;
  run.targets[0].errors.clear();
  run.sessions = result::Sessions{.started = 3, .completed = 3};
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(TargetVerdict, OneThatAcceptsAndNeverGreetsIsLost) {
  Quiet run = without_the_first();
  run.targets[0].opened = 4;
  run.targets[0].errors = {{.name = "timeout", .count = 4}};
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
}

TEST(TargetVerdict, OneThatWentAwayIsLostUnlessTheUserEndedTheRun) {
  Quiet run = divided();
  run.targets[1].lost = true;
  run.targets[1].errors = {{.name = "closed", .count = 5}};
  ASSERT_THAT(codes(run), ElementsAre("server-lost"));
  EXPECT_THAT(judge(run).reasons.front().sentence,
              HasSubstr("smtp://b (5 x closed) went away and did not come back: 50 % of the connections"));
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(TargetVerdict, WantOfPortsSaysNothingAboutAServer) {
  Quiet run = without_the_first();
  run.targets[0].errors = {{.name = "connect-no-ports-left", .count = 4}};
  run.errors = run.targets[0].errors;
  EXPECT_THAT(codes(run), Not(Contains("server-lost")));
}

TEST(TargetVerdict, ARestartNamesItsServer) {
  Quiet run = divided();
  run.connections.restarts = {.count = 1, .connections = 5, .longest_ns = kSecond};
  run.targets[1].restarts = 1;
  ASSERT_THAT(codes(run), ElementsAre("server-restarted"));
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("smtp://b was restarted: all"));
}

// In a closed loop a faster server gets more of them, and that is right.
TEST(TargetVerdict, ByTheClockTheWeightsAreThoseOfTheLoad) {
  Quiet run;
  run.targets = {target("smtp://a", 1, 300), target("smtp://b", 1, 700)};
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.workload.rate = 1000;
  EXPECT_THAT(judge(run).notes,
              Contains(HasSubstr("30 % of the messages were begun at smtp://a, and 50 % should have been")));
  run.targets = {target("smtp://a", 1, 490), target("smtp://b", 1, 510)};
  EXPECT_THAT(judge(run).notes, Not(Contains(HasSubstr("by weight"))));
}

TEST(TargetVerdict, WhereNothingCompletesEachHasItsErrors) {
  Quiet run = without_the_first();
  run.targets[1] = target("smtp://b", 9, 0);
  run.targets[1].errors = {{.name = "reply-4xx", .count = 7}};
  EXPECT_EQ(where(run), "smtp://a (4 x connect-refused) and smtp://b (7 x reply-4xx)");
  run.targets.clear();
  EXPECT_EQ(where(run), "smtp://127.0.0.1:2525");
}

}  // namespace
}  // namespace backtalk::report
