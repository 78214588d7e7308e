// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string_view> codes(const Quiet& run) {
  std::vector<std::string_view> out;
  for (const result::Reason& reason : judge(run).reasons) out.push_back(reason.code);
  return out;
}

std::string sentence(const Quiet& run) {
  const auto reasons = judge(run).reasons;
  return reasons.empty() ? std::string() : reasons.front().sentence;
}

TEST(Verdict, AQuietRunHasNoReasonsAndNoNotes) {
  const Quiet run;
  EXPECT_TRUE(judge(run).valid());
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

// --- nothing-completed

Quiet nothing() {
  Quiet run;
  run.measured = {};
  run.latency.reset();
  run.service.reset();
  run.commands.clear();
  run.client.busy_max = 0.95;
  run.client.delayed_max = 0.5;
  run.client.run_delay_ns = kSecond / 2;
  run.client.core_turns = 10;
  run.load.found_all_busy = 10;
  run.connections.ready_at_start = run.connections.ready_ever = run.connections.ready_at_end = 0;
  return run;
}

TEST(Verdict, ARunWithoutCompletionsHasOnlyThatReason) {
  const Quiet run = nothing();
  EXPECT_THAT(codes(run), ElementsAre("nothing-completed"));
  EXPECT_TRUE(judge(run).reasons.front().fails);
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Verdict, NothingCompletedNamesTheCause) {
  Quiet refused = nothing();
  refused.connections.failed = 18;
  refused.errors.push_back({.name = "connect-refused", .count = 18});
  EXPECT_THAT(sentence(refused), HasSubstr("connection refused: is the server running"));
  EXPECT_THAT(sentence(refused), HasSubstr("(18 x connect-refused); connection refused"));
  Quiet silent = nothing();
  silent.connections.opened = 1;
  silent.errors.push_back({.name = "timeout", .count = 1});
  EXPECT_THAT(sentence(silent), HasSubstr("did not answer"));
  Quiet other = nothing();
  other.errors.push_back({.name = "protocol-bad-code", .count = 1});
  other.examples.push_back({.name = "protocol-bad-code",
                            .command = "MAIL",
                            .status = std::nullopt,
                            .text = "SSH-2.0-OpenSSH",
                            .offset = 0});
  EXPECT_THAT(sentence(other), HasSubstr("the server said \"SSH-2.0-OpenSSH\""));
}

TEST(Verdict, NothingCompletedSaysWhatToDoAboutAnUnknownIssuerOrALoginThatIsNotOffered) {
  for (const auto& [name, remedy] :
       {std::pair{"tls-issuer", "(4 x tls-issuer); the certificate's issuer is not trusted: --cafile"},
        std::pair{"tls-name", "in the URL or in --sni"},
        std::pair{"auth-missing", "does not offer the login of --auth: try another"},
        std::pair{"starttls-missing", "a port on which TLS begins at once"},
        std::pair{"tls-bad-record", "leave out the s of the scheme"}, std::pair{"tls-expired", "--insecure"},
        std::pair{"connect-no-ports-left", "no local port left: try again in a minute"},
        std::pair{"tls-client-certificate", "--cert and --key"},
        std::pair{"xclient-missing", "smtpd_authorized_xclient_hosts"},
        std::pair{"connect-no-such-socket", "is the path right?"},
        std::pair{"closed", "are the scheme and the port right, and does TLS begin at once"}}) {
    Quiet run = nothing();
    run.connections.opened = 4;
    run.errors.push_back({.name = name, .count = 4});
    EXPECT_THAT(sentence(run), HasSubstr(remedy));
  }
}

TEST(Verdict, NothingCompletedNamesTheProtocolOfAWrongPort) {
  const auto said = [](std::string_view protocol, std::string text, std::uint64_t text_offset) {
    Quiet run = nothing();
    run.connections.opened = 1;
    run.protocol = protocol;
    run.errors.push_back({.name = "protocol-bad-code", .count = 1});
    run.examples.push_back({.name = "protocol-bad-code",
                            .command = "GREETING",
                            .status = std::nullopt,
                            .text = std::move(text),
                            .offset = text_offset,
                            .text_offset = text_offset});
    return sentence(run);
  };
  const std::string imap = "* OK [CAPABILITY IMAP4rev1] ready";
  const std::string smtp = "220 mx.example.org ESMTP";
  EXPECT_THAT(said("smtp", imap, 0), HasSubstr("; this looks like an IMAP server: are the scheme and"));
  EXPECT_THAT(said("imap", smtp, 0), HasSubstr("; this looks like an SMTP server: are the scheme and"));
  for (const std::string_view own : {"smtp", "lmtp"})
    EXPECT_THAT(said(own, smtp, 0), testing::Not(HasSubstr("looks like")));
  EXPECT_THAT(said("imap", imap, 0), testing::Not(HasSubstr("looks like")));
  // What comes later in a stream may be anything.
  EXPECT_THAT(said("smtp", imap, 7), testing::Not(HasSubstr("looks like")));
  EXPECT_THAT(said("smtp", "nothing known", 0), testing::Not(HasSubstr("looks like")));
}

TEST(Verdict, NothingCompletedDoesNotSuggestTlsWhereItIsSpoken) {
  Quiet run = nothing();
  run.connections.opened = 1;
  run.tls.emplace();
  run.errors.push_back({.name = "closed", .count = 1});
  EXPECT_THAT(sentence(run), testing::EndsWith("are the scheme and the port right?"));
}

// --- generator-bound

TEST(Verdict, AGeneratorThatIsAlwaysBusyIsTheLimit) {
  Quiet run;
  run.client.busy_max = 0.90;
  EXPECT_THAT(codes(run), ElementsAre("generator-bound"));
  EXPECT_FALSE(judge(run).reasons.front().fails);
  run.client.busy_max = 0.89;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, ARunBelowATenthOfASecondDoesNotJudgeTheGenerator) {
  Quiet run;
  run.client.busy_max = 0.99;
  run.load.load_ns = 99 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
  run.load.load_ns = 100 * kMillisecond;
  EXPECT_THAT(codes(run), ElementsAre("generator-bound"));
}

TEST(Verdict, WaitingForACoreDoesNotMakeTheGeneratorTheLimit) {
  Quiet run;
  run.client.delayed_max = 0.36;
  run.client.run_delay_ns = 360 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- server-lost

TEST(Verdict, AServerThatDiesIsLostAndNotSlow) {
  Quiet run;
  run.connections.lost = true;
  run.connections.ready_at_end = 0;
  run.connections.connected_ns = 250 * kMillisecond;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
  EXPECT_TRUE(judge(run).reasons.front().fails);
  EXPECT_THAT(sentence(run),
              HasSubstr("did not come back: no connection for 0.75 s of 1.00 s (4000/s until then)"));
}

TEST(Verdict, AClientWithoutPortsHasNotLostTheServer) {
  Quiet run;
  run.connections.lost = true;
  run.connections.ready_at_end = 0;
  run.connections.connected_ns = 250 * kMillisecond;
  run.load.silent_ns = kSecond;
  run.errors.push_back({.name = "connect-no-ports-left", .count = 9});
  EXPECT_THAT(codes(run), ElementsAre("ports-exhausted"));
  EXPECT_FALSE(judge(run).reasons.front().fails);
  // The server is gone as well.
  run.errors.push_back({.name = "connect-refused", .count = 1});
  EXPECT_THAT(codes(run), ElementsAre("server-lost", "ports-exhausted"));
}

TEST(Verdict, ARestartOfTheServerIsAReasonAndNoFailure) {
  Quiet run;
  run.connections.restarts = {.count = 1, .connections = 4, .longest_ns = 250 * kMillisecond};
  EXPECT_THAT(codes(run), ElementsAre("server-restarted"));
  EXPECT_FALSE(judge(run).reasons.front().fails);
  EXPECT_THAT(sentence(run),
              HasSubstr("all connections were lost (4), and there was no session again for 250 ms"));
  run.connections.restarts.count = 3;
  EXPECT_THAT(sentence(run), HasSubstr("was restarted 3 times"));
}

TEST(Verdict, AServerIsNotLostWhileSomeThreadHasSessions) {
  Quiet run;
  run.connections.lost = true;
  run.connections.ready_at_end = 1;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, AServerThatKeepsConnectionsButStopsAnsweringIsLost) {
  Quiet run;
  run.load.load_ns = run.connections.connected_ns = 4 * kSecond;
  run.load.silent_ns = 3 * kSecond;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
  EXPECT_THAT(sentence(run),
              HasSubstr("stopped answering: nothing for the last 3.00 s of 4.00 s (1000/s until then)"));
  run.load.silent_ns = 900 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, ASilenceOfTheScheduleIsNotALoss) {
  Quiet run;
  run.load.load_ns = run.connections.connected_ns = 20 * kSecond;
  run.load.silent_ns = 4 * kSecond;
  run.workload.rate = 0.5;
  EXPECT_THAT(codes(run), IsEmpty());
  run.workload.rate = 5;
  EXPECT_THAT(codes(run), ElementsAre("server-lost"));
}

TEST(Verdict, AServerThatCameBackIsANote) {
  Quiet run;
  run.connections.connected_ns = 500 * kMillisecond;
  EXPECT_THAT(codes(run), IsEmpty());
  EXPECT_THAT(judge(run).notes,
              ElementsAre(HasSubstr("no connection for 500 ms; while connected, the rate was 2000/s")));
}

// --- ports-exhausted

TEST(Verdict, PortsThatRanOutAreAReasonThatSaysWhatToChange) {
  Quiet run;
  run.errors.push_back({.name = "connect-no-ports-left", .count = 50});
  EXPECT_THAT(codes(run), ElementsAre("ports-exhausted"));
  EXPECT_FALSE(judge(run).reasons.front().fails);
  EXPECT_THAT(sentence(run), HasSubstr("no local port was left for a connection 50 times: use fewer"));
  EXPECT_THAT(sentence(run), HasSubstr("net.ipv4.ip_local_port_range"));
  run.errors.back().name = "connect-refused";
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- errors

TEST(Verdict, MoreFailuresThanAllowedFailTheRun) {
  Quiet run;
  run.fail(10, "reply-5xx");  // 10 of 1010
  EXPECT_THAT(codes(run), IsEmpty());
  run.fail(1, "reply-5xx");  // 11 of 1011
  EXPECT_THAT(codes(run), ElementsAre("errors"));
  EXPECT_THAT(sentence(run), HasSubstr("1.1 % of the messages failed (11 of 1011)"));
  run.workload.allow_failures = 0.02;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- rate-not-reached

// 2000 messages in two seconds, of which so many were in flight at the middle and at the end.
Quiet open_loop(std::uint64_t at_middle = 10, std::uint64_t at_end = 10) {
  Quiet run;
  run.workload.rate = 1000;
  run.complete(1000);
  run.load.second_half_ns = kSecond;
  run.load.due_by_middle = 1000;
  run.load.answered_by_middle = 1000 - at_middle;
  run.load.answered_by_end = 2000 - at_end;
  return run;
}

TEST(Verdict, ARateIsReachedEvenWithSlowAnswers) {
  EXPECT_THAT(codes(open_loop(10, 10)), IsEmpty());
  EXPECT_THAT(codes(open_loop(300, 300)), IsEmpty());
}

TEST(Verdict, TransactionsInFlightMayFluctuate) {
  EXPECT_THAT(codes(open_loop(100, 140)), IsEmpty());
}

TEST(Verdict, AGrowingQueueMeansTheRateIsNotReached) {
  const Quiet run = open_loop(100, 200);
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
  EXPECT_THAT(sentence(run), HasSubstr("1000/s fell due and 900/s were answered"));
}

TEST(Verdict, ARunShorterThanItsAnswersIsNotJudged) {
  Quiet run = open_loop(100, 200);
  run.service.reset();
  run.service.record_n(600 * kMillisecond, 1000);
  EXPECT_THAT(codes(run), IsEmpty());
}

TEST(Verdict, AnInterruptedRunIsNotJudgedByItsRate) {
  Quiet run = open_loop(100, 900);
  run.connections.lost = true;
  run.connections.ready_at_end = 0;
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

// --- Notes, both ways

// --- The mix

result::MixPass pass(std::string name, std::uint64_t weight, std::uint64_t completed,
                     std::uint64_t failed = 0) {
  result::MixPass out{.name = std::move(name), .weight = weight};
  out.counted = {.started = completed + failed,
                 .completed = completed,
                 .failed = failed,
                 .unfinished = 0,
                 .in_doubt = 0};
  return out;
}

// One of the quiet run's thousand sessions.
struct Mixed : Quiet {
  explicit Mixed(std::vector<result::MixPass> passes) {
    mix = std::move(passes);
    measured = {};
    for (const result::MixPass& one : mix) {
      measured.started += one.counted.started;
      measured.completed += one.counted.completed;
      measured.failed += one.counted.failed;
    }
  }
};

TEST(Verdict, AMixAsItWasAskedForIsNoReason) {
  EXPECT_TRUE(judge(Mixed({pass("read", 3, 750), pass("list", 1, 250)})).valid());
  EXPECT_TRUE(judge(Mixed({pass("read", 3, 752), pass("list", 1, 248)})).valid())
      << "the last round is short";
  EXPECT_TRUE(judge(Mixed({pass("read", 3, 748, 2), pass("list", 1, 245, 5)})).valid());
}

// Less than a hundredth fails, which is allowed, and all of it is of one pass.
TEST(Verdict, AMixWithoutOneOfItsPassesIsOff) {
  const Mixed run({pass("read", 199, 9950), pass("search", 1, 0, 50)});
  EXPECT_THAT(codes(run), ElementsAre("mix-off"));
  EXPECT_EQ(
      sentence(run),
      "the mix is not the one that was asked for: 0 % of the completed messages are `search`, and 0.5 % "
      "should be (50 failed, 0 unfinished)");
  EXPECT_FALSE(judge(run).reasons.front().fails);
}

TEST(Verdict, AMixThatIsOffByChanceIsNoReason) {
  EXPECT_TRUE(judge(Mixed({pass("read", 199, 997), pass("search", 1, 3, 2)})).valid())
      << "5 are too few to tell";
  EXPECT_TRUE(judge(Mixed({pass("a", 1, 10), pass("b", 1, 14)})).valid());
  EXPECT_TRUE(judge(Mixed({pass("a", 1, 50'000'000), pass("b", 1, 49'900'000)})).valid())
      << "it is off for certain, and by less than anyone cares about";
}

TEST(Verdict, RarePassesOfAMixAreJudgedTogether) {
  std::vector<result::MixPass> passes{pass("read", 980, 9800)};
  for (int i = 0; i < 20; ++i) passes.push_back(pass("rare " + std::to_string(i), 1, i < 10 ? 0 : 10));
  EXPECT_THAT(codes(Mixed(passes)), ElementsAre("mix-off")) << "each of 10";
  for (result::MixPass& one : passes) one.counted.completed /= 4;
  for (int i = 11; i < 21; ++i) passes[static_cast<std::size_t>(i)].counted.completed = 4;
  EXPECT_TRUE(judge(Mixed(passes)).valid()) << "each of 2 or 3, which are about 50 all together";
}

TEST(Notes, WaitingForACoreIsComparedWithWhatAReplyTakes) {
  Quiet run;
  run.client.delayed_max = 0.36;
  run.client.run_delay_ns = 360 * kMillisecond;
  run.client.core_turns = 1000;  // 0.36 ms each time, and a reply takes 10 ms
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.client.core_turns = 300;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("it waited 1.20 ms for a core on average, 12 %")));
}

TEST(Notes, WaitingForACoreBelowATenthOfASecondIsNotNoted) {
  Quiet run;
  run.client.delayed_max = 0.36;
  run.client.run_delay_ns = 36 * kMillisecond;
  run.client.core_turns = 2;
  run.load.load_ns = run.connections.connected_ns = 99 * kMillisecond;
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Notes, LatenessIsComparedWithTheLatenciesThatItCouldHaveChanged) {
  Quiet run = open_loop();
  run.send_lag.record_n(900 * kMicrosecond, 1000);  // of 10 ms
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.send_lag.record_n(5 * kMillisecond, 100);
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("began more than 5.00 ms late")));
}

TEST(Notes, LatenessOfMicrosecondsIsNotNoted) {
  Quiet run = open_loop();
  run.latency.reset();
  run.latency.record_n(200 * kMicrosecond, 1000);
  run.send_lag.record_n(90 * kMicrosecond, 1000);
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Notes, TheLimitOfAnOpenLoopMayBeItsOwnSessions) {
  Quiet run = open_loop();
  run.load.found_all_busy = 10;
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.load.found_all_busy = 240;
  EXPECT_THAT(judge(run).notes,
              ElementsAre(HasSubstr("12 % of the messages fell due while every session was busy")));
  run.workload.rate.reset();
  EXPECT_THAT(judge(run).notes, IsEmpty()) << "a closed loop's sessions are busy all the time";
}

TEST(Notes, MissingSessionsAreNotBusy) {
  Quiet run = open_loop();
  run.load.found_all_busy = 240;
  run.connections.connected_ns = kSecond / 2;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("no connection for 500 ms")));
}

TEST(Notes, ABusyGeneratorIsNotHelpedByMoreSessions) {
  Quiet run = open_loop();
  run.load.found_all_busy = 240;
  run.client.busy_max = 0.95;
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Notes, ReconnectingIsNotALossOfTheServer) {
  Quiet run;
  run.connections.connected_ns = kSecond / 2;
  run.workload.per_connection = 1;
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Notes, FewerSessionsThanRequestedAreNoted) {
  Quiet run;
  run.connections.ready_at_start = run.connections.ready_ever = 9;
  EXPECT_THAT(judge(run).notes, ElementsAre("only 9 of 10 sessions could be opened"));
  run.connections.ready_ever = 10;
  EXPECT_THAT(judge(run).notes,
              ElementsAre("9 of 10 sessions were open when the clock started; the others opened later"));
}

TEST(Notes, ARampIsNotedIfItWasMeasured) {
  Quiet run;
  run.workload.ramp_ns = 300 * kMillisecond;
  run.connections.ready_at_start = 0;
  EXPECT_THAT(judge(run).notes,
              ElementsAre(HasSubstr("being opened for 300 ms of the measured time (--ramp)")));
  run.workload.warmup_ns = 300 * kMillisecond;
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Notes, AnUnfinishedRampDoesNotNoteFewerSessions) {
  Quiet run;
  run.workload.ramp_ns = 10 * kSecond;
  run.connections.ready_ever = 2;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("being opened for 1.00 s")));
}

TEST(Notes, ARunThatIsShortForItsLatencyIsNoted) {
  Quiet run;
  run.elapsed_ns = 400 * kMillisecond;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("may be too low by up to 2.5 %")));
}

TEST(Notes, NotesOfTheRunComeFirst) {
  Quiet run;
  run.client.batched_waits = 1;
  run.notes = {"the server offers no PIPELINING"};
  EXPECT_THAT(judge(run).notes, ElementsAre("the server offers no PIPELINING", HasSubstr("up to 1.00 ms")));
}

TEST(Notes, BatchesAreNotedIfThereWereAny) {
  Quiet run;
  run.client.batched_waits = 1;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("up to 1.00 ms")));
}

}  // namespace
}  // namespace backtalk::report
