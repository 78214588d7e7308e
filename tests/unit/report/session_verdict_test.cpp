// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/session_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A hundred sessions a second for a second, with ten messages each.
Quiet arriving() {
  Quiet run;
  run.workload.session_rate = 100;
  run.workload.connections = 50;
  run.connections.ready_at_start = 0;
  run.connections.ready_ever = 12;
  run.sessions = result::Sessions{.started = 100, .completed = 100};
  run.sessions->latency.record_n(120 * kMillisecond, 100);
  return run;
}

std::vector<std::string_view> codes(const result::RunResult& run) {
  std::vector<std::string_view> out;
  for (const result::Reason& reason : judge(run).reasons) out.push_back(reason.code);
  return out;
}

TEST(SessionVerdict, AQuietRunHasNoReasonsAndNoNotes) {
  EXPECT_THAT(codes(arriving()), IsEmpty());
  EXPECT_THAT(judge(arriving()).notes, IsEmpty());
}

TEST(SessionVerdict, SessionsThatHadToWaitDidNotArriveAtTheRate) {
  Quiet run = arriving();
  run.sessions->found_all_busy = 1;
  EXPECT_THAT(codes(run), IsEmpty()) << "one per cent may";
  run.sessions->found_all_busy = 2;
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
  const result::Verdict verdict = judge(run);
  EXPECT_TRUE(verdict.reasons.front().fails);
  EXPECT_THAT(verdict.reasons.front().sentence,
              HasSubstr("2 of 100 (2 %) fell due while all 50 of -c were open"));
  EXPECT_THAT(summarize(run), HasSubstr("; 2 found all 50 connections in use\n"));
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(SessionVerdict, SessionsThatTheRunDidNotWaitForAreMissing) {
  Quiet run = arriving();
  run.sessions->completed = 99;
  run.sessions->unfinished = 1;
  EXPECT_THAT(codes(run), IsEmpty()) << "one per cent may";
  run.sessions->completed = 95;
  run.sessions->unfinished = 5;
  EXPECT_THAT(codes(run), ElementsAre("sessions-unfinished"));
  EXPECT_THAT(judge(run).reasons.front().sentence,
              HasSubstr("5 % of the sessions (5 of 100) had not ended when the run did"));
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

// Those that never get to a transaction are in no count of transactions.
TEST(SessionVerdict, SessionsThatFailAreErrors) {
  Quiet run = arriving();
  run.sessions->completed = 98;
  run.sessions->failed = 2;
  run.errors = {{.name = "connect-refused", .count = 2}};
  EXPECT_THAT(codes(run), ElementsAre("errors"));
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("2 % of the sessions failed (2 of 100)"));
  run.workload.allow_failures = 0.02;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(SessionVerdict, NoSessionFellDue) {
  Quiet run = arriving();
  run.sessions = result::Sessions{};
  run.measured = {};
  EXPECT_THAT(codes(run), ElementsAre("nothing-completed"));
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("no session fell due in 1.00 s at 100/s"));
}

TEST(SessionSummary, SaysWhatBecameOfThem) {
  Quiet run = arriving();
  EXPECT_THAT(summarize(run), HasSubstr("requested 100 sessions/s (constant): 100 fell due\n"));
  EXPECT_THAT(summarize(run), HasSubstr("sessions  started 100 = completed 100 + failed 0 + unfinished 0\n"));
  EXPECT_THAT(summarize(run), HasSubstr("session latency from the scheduled instant   p50 "));
  EXPECT_THAT(summarize(run), HasSubstr("p99 needs 662 samples (has 100), max 120 ms\n"));
  // Half of them were never answered: the p90 falls among these.
  run.sessions->started = 200;
  run.sessions->failed = 100;
  run.sessions->censored.record_n(5 * kSecond, 100);
  EXPECT_THAT(summarize(run), HasSubstr("p90 ≥ 5.00 s"));
  run.sessions.reset();
  run.workload.session_rate.reset();
  EXPECT_THAT(summarize(run), Not(HasSubstr("sessions  started")));
}

}  // namespace
}  // namespace backtalk::report
