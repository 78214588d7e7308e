// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string_view> codes(const Quiet& run) {
  std::vector<std::string_view> out;
  for (const Reason& reason : judge(run.result())) out.push_back(reason.code);
  return out;
}

std::string sentence(const Quiet& run) {
  const auto reasons = judge(run.result());
  return reasons.empty() ? std::string() : reasons.front().sentence;
}

TEST(Verdict, NothingIsSaidOfAQuietRun) {
  const Quiet run;
  EXPECT_THAT(judge(run.result()), IsEmpty());
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

// --- nothing-completed

Quiet nothing() {
  Quiet run;
  run.tally = stats::Tally(2, 2);
  run.tally.load_ns = kSecond;
  run.tally.busy_max = 0.95;
  run.tally.delayed_max = 0.5;
  run.tally.run_delay_ns = kSecond / 2;
  run.tally.core_turns = 10;
  run.tally.found_all_busy = 10;
  return run;
}

TEST(Verdict, ARunInWhichNothingCompletedIsNotValidAndNothingElseIsSaidOfIt) {
  const Quiet run = nothing();
  EXPECT_THAT(codes(run), ElementsAre("nothing-completed"));
  EXPECT_TRUE(judge(run.result()).front().fails);
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Verdict, NothingCompletedSaysWhy) {
  Quiet refused = nothing();
  refused.tally.connections_failed = 18;
  refused.tally.errors.add("connect-refused", 18);
  EXPECT_THAT(sentence(refused), HasSubstr("nothing listens there"));
  EXPECT_THAT(sentence(refused), HasSubstr("(18 x connect-refused); nothing"));
  Quiet silent = nothing();
  silent.tally.connections_opened = 1;
  silent.tally.errors.add("timeout", 1);
  EXPECT_THAT(sentence(silent), HasSubstr("did not answer"));
  Quiet other = nothing();
  other.tally.errors.add("protocol-bad-code", 1);
  other.tally.server_said(
      {.name = "protocol-bad-code", .command = 0, .text = "SSH-2.0-OpenSSH", .offset = 0});
  EXPECT_THAT(sentence(other), HasSubstr("the server said \"SSH-2.0-OpenSSH\""));
}

// --- generator-bound

TEST(Verdict, AGeneratorThatIsBusyAllTheTimeIsTheLimit) {
  Quiet run;
  run.tally.busy_max = 0.90;
  EXPECT_THAT(codes(run), ElementsAre("generator-bound"));
  EXPECT_FALSE(judge(run.result()).front().fails);
  run.tally.busy_max = 0.89;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, ARunOfLessThanATenthOfASecondSaysNothingAboutTheGenerator) {
  Quiet run;
  run.tally.busy_max = 0.99;
  run.tally.load_ns = 99 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
  run.tally.load_ns = 100 * kMillisecond;
  EXPECT_THAT(codes(run), ElementsAre("generator-bound"));
}

TEST(Verdict, WaitingForACoreIsNoProofThatTheGeneratorIsTheLimit) {
  Quiet run;
  run.tally.delayed_max = 0.36;
  run.tally.run_delay_ns = 360 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- server-lost

TEST(Verdict, AServerThatDiesIsNotASlowServer) {
  Quiet run;
  run.tally.lost_sessions = true;
  run.tally.sessions_at_end = 0;
  run.tally.connected_ns = 250 * kMillisecond;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
  EXPECT_TRUE(judge(run.result()).front().fails);
  EXPECT_THAT(sentence(run),
              HasSubstr("did not come back: no connection for 0.75 s of 1.00 s (4000/s until then)"));
}

TEST(Verdict, ThreadsThatLostTheirSessionsWhileOthersHaveThemLostNoServer) {
  Quiet run;
  run.tally.lost_sessions = true;
  run.tally.sessions_at_end = 1;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, AServerThatKeepsItsConnectionsAndAnswersNothingIsLostToo) {
  Quiet run;
  run.tally.load_ns = run.tally.connected_ns = 4 * kSecond;
  run.tally.silent_ns = 3 * kSecond;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
  EXPECT_THAT(sentence(run),
              HasSubstr("stopped answering: nothing for the last 3.00 s of 4.00 s (1000/s until then)"));
  run.tally.silent_ns = 900 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, ASilenceThatTheScheduleMakesIsNoLoss) {
  Quiet run;
  run.tally.load_ns = run.tally.connected_ns = 20 * kSecond;
  run.tally.silent_ns = 4 * kSecond;
  run.options.rate = 0.5;
  EXPECT_THAT(codes(run), IsEmpty());
  run.options.rate = 5;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
}

TEST(Verdict, AServerThatCameBackIsANote) {
  Quiet run;
  run.tally.connected_ns = 500 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
  EXPECT_THAT(notes_on(run.result()),
              ElementsAre(HasSubstr("no connection for 500 ms; while there was one: 2000/s")));
}

// --- errors

TEST(Verdict, MoreFailuresThanAllowedFailTheRun) {
  Quiet run;
  run.fail(10, "reply-5xx");  // 10 of 1010
  EXPECT_THAT(codes(run), IsEmpty());
  run.fail(1, "reply-5xx");  // 11 of 1011
  EXPECT_THAT(codes(run), ElementsAre("errors"));
  EXPECT_THAT(sentence(run), HasSubstr("1.1 % of the messages failed (11 of 1011)"));
  run.options.allow_failures = 0.02;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- rate-not-reached

// 2000 messages in two seconds, of which so many were in flight at the middle and at the end.
Quiet open_loop(std::uint64_t at_middle = 10, std::uint64_t at_end = 10) {
  Quiet run;
  run.options.rate = 1000;
  run.complete(1000);
  run.tally.middle = kSecond;
  run.tally.planned_end = 2 * kSecond;
  run.tally.due_by_middle = 1000;
  run.tally.answered_by_middle = 1000 - at_middle;
  run.tally.answered_by_end = 2000 - at_end;
  return run;
}

TEST(Verdict, ARateIsReachedHoweverLongAnswersTake) {
  EXPECT_THAT(codes(open_loop(10, 10)), IsEmpty());
  EXPECT_THAT(codes(open_loop(300, 300)), IsEmpty());
}

TEST(Verdict, WhatIsInFlightScatters) {
  EXPECT_THAT(codes(open_loop(100, 140)), IsEmpty());
}

TEST(Verdict, AQueueThatGrowsIsARateThatIsNotReached) {
  const Quiet run = open_loop(100, 200);
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
  EXPECT_THAT(sentence(run), HasSubstr("1000/s fell due and 900/s were answered"));
}

TEST(Verdict, ARunThatIsTooShortForItsAnswersTellsNothing) {
  Quiet run = open_loop(100, 200);
  run.tally.service.reset();
  run.tally.service.record_n(600 * kMillisecond, 1000);
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, AnInterruptedRunPromisedNothing) {
  Quiet run = open_loop(100, 900);
  run.tally.lost_sessions = true;
  run.tally.sessions_at_end = 0;
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- Notes, both ways

TEST(Notes, WaitingForACoreIsComparedWithWhatAReplyTakes) {
  Quiet run;
  run.tally.delayed_max = 0.36;
  run.tally.run_delay_ns = 360 * kMillisecond;
  run.tally.core_turns = 1000;  // 0.36 ms each time, and a reply takes 10 ms
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
  run.tally.core_turns = 300;
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("it waited 1.20 ms for one on average, 12 %")));
}

TEST(Notes, WaitingForACoreBelowATenthOfASecondIsNotTold) {
  Quiet run;
  run.tally.delayed_max = 0.36;
  run.tally.run_delay_ns = 36 * kMillisecond;
  run.tally.core_turns = 2;
  run.tally.load_ns = run.tally.connected_ns = 99 * kMillisecond;
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Notes, LatenessIsComparedWithTheLatenciesThatItCouldHaveChanged) {
  Quiet run = open_loop();
  run.tally.send_lag.record_n(900 * kMicrosecond, 1000);  // of 10 ms
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
  run.tally.send_lag.record_n(5 * kMillisecond, 100);
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("begun more than 5.00 ms late")));
}

TEST(Notes, LatenessOfMicrosecondsIsNotTold) {
  Quiet run = open_loop();
  run.tally.latency.reset();
  run.tally.latency.record_n(200 * kMicrosecond, 1000);
  run.tally.send_lag.record_n(90 * kMicrosecond, 1000);
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Notes, TheLimitOfAnOpenLoopMayBeItsOwnSessions) {
  Quiet run = open_loop();
  run.tally.found_all_busy = 10;
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
  run.tally.found_all_busy = 240;
  EXPECT_THAT(notes_on(run.result()),
              ElementsAre(HasSubstr("12 % of the messages fell due while every session was busy")));
  run.options.rate.reset();
  EXPECT_THAT(notes_on(run.result()), IsEmpty()) << "a closed loop's sessions are busy all the time";
}

TEST(Notes, SessionsThatAreNotThereAreNotBusy) {
  Quiet run = open_loop();
  run.tally.found_all_busy = 240;
  run.tally.connected_ns = kSecond / 2;
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("no connection for 500 ms")));
}

TEST(Notes, ABusyGeneratorIsNotHelpedByMoreSessions) {
  Quiet run = open_loop();
  run.tally.found_all_busy = 240;
  run.tally.busy_max = 0.95;
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Notes, AClientThatReconnectsLosesNoServer) {
  Quiet run;
  run.tally.connected_ns = kSecond / 2;
  run.options.per_connection = 1;
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Notes, FewerSessionsThanAskedFor) {
  Quiet run;
  run.tally.sessions_at_start = run.tally.sessions_had = 9;
  EXPECT_THAT(notes_on(run.result()), ElementsAre("9 of 10 sessions could be had"));
  run.tally.sessions_had = 10;
  EXPECT_THAT(notes_on(run.result()),
              ElementsAre("9 of 10 sessions were open when the clock started, the others later"));
}

TEST(Notes, ARampIsToldIfItWasMeasured) {
  Quiet run;
  run.options.ramp_ns = 300 * kMillisecond;
  run.tally.sessions_at_start = 0;
  EXPECT_THAT(notes_on(run.result()),
              ElementsAre(HasSubstr("being opened for 300 ms of the measured time (--ramp)")));
  run.options.warmup_ns = 300 * kMillisecond;
  EXPECT_THAT(notes_on(run.result()), IsEmpty());
}

TEST(Notes, ARampThatTheRunDidNotSeeTheEndOfSaysNothingOfFewerSessions) {
  Quiet run;
  run.options.ramp_ns = 10 * kSecond;
  run.tally.sessions_had = 2;
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("being opened for 1.00 s")));
}

TEST(Notes, ARunThatIsShortForItsLatency) {
  Quiet run;
  run.elapsed_s = 0.4;
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("may be low by up to 2.5 %")));
}

TEST(Notes, BatchesAreToldIfThereWereAny) {
  Quiet run;
  run.tally.batched_waits = 1;
  EXPECT_THAT(notes_on(run.result()), ElementsAre(HasSubstr("up to 1.00 ms")));
}

}  // namespace
}  // namespace backtalk::report
