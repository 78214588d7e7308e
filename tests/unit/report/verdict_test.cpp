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

// --- wrong-answers

// Of the warm-up, or of the end of a connection: no transaction that is counted has failed by it.
TEST(Verdict, AWrongAnswerCountsWhereverItComes) {
  Quiet run;
  run.workload.verify = true;
  run.verification.checked = 9;
  result::Example& wrong = run.examples.emplace_back();
  wrong.name = "verify-exists";
  wrong.text = "EXISTS says 2 after 3";
  EXPECT_THAT(codes(run), ElementsAre("wrong-answers"));
  EXPECT_THAT(sentence(run), HasSubstr("an answer was well formed and wrong (verify-exists outside"));
  run.errors = {{.name = "verify-exists", .count = 2}};
  EXPECT_THAT(sentence(run), HasSubstr("(2 x verify-exists)"));
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

TEST(Verdict, WhereNothingFellDueThatIsTheReason) {
  Quiet run = nothing();
  run.workload.rate = 0.1;
  run.elapsed_ns = 4 * kSecond;
  run.connections.ready_at_start = run.connections.ready_ever = run.connections.ready_at_end = 1;
  EXPECT_THAT(codes(run), ElementsAre("nothing-completed"));
  EXPECT_EQ(sentence(run), "no message fell due in 4.00 s at 0.1/s: run it for longer (-d)");
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

// --- Stages

// Two stages of 100/s for a second, in which all was answered.
Quiet staged() {
  Quiet run;
  run.workload.rate = 100;
  run.workload.stages = "1s:100-100,1s:100-100";
  run.latency.reset();
  run.measured = {};
  for (int i = 0; i < 2; ++i) {
    result::Stage stage{.duration_ns = kSecond,
                        .from_per_s = 100,
                        .to_per_s = 100,
                        .counted = {.started = 100, .completed = 100},
                        .due = {50, 50},
                        .answered = {50, 50}};
    stage.latency.record_n(10 * kMillisecond, 100);
    run.complete(100);
    run.stages.push_back(std::move(stage));
  }
  run.elapsed_ns = run.load.load_ns = run.connections.connected_ns = 2 * kSecond;
  return run;
}

TEST(Stages, ThatHadTheirRatesAreValid) {
  EXPECT_THAT(codes(staged()), IsEmpty());
}

TEST(Stages, ARateThatWasNotReachedIsThatOfTheStage) {
  Quiet run = staged();
  run.stages[1].answered[1] = 20;
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
  EXPECT_EQ(
      sentence(run),
      "the rate was not reached in stage 2 (100/s for 1s): in its second half, 100/s fell due and 40/s were "
      "answered");
  EXPECT_THAT(judge(run).reasons[0].evidence,
              testing::Contains(std::pair<std::string_view, double>("stage", 2)));
  EXPECT_TRUE(judge(run).reasons[0].fails);
  run.stages[0].answered[1] = 20;
  EXPECT_THAT(sentence(run),
              AllOf(HasSubstr("in stage 1 "), testing::EndsWith("; the same is true of stage 2")));
  run.stages[0].answered = run.stages[1].answered = {80, 20};
  for (int i = 0; i < 4; ++i) run.stages.push_back(run.stages[1]);
  EXPECT_THAT(sentence(run), testing::EndsWith("; the same is true of stages 2, 3, 4 and 2 more"));
  run.interrupted = true;
  EXPECT_THAT(codes(run), IsEmpty());
}

// 3 sqrt(2 n) + 2 and 1 % are the scatter of the number in flight.
TEST(Stages, AFewLessThanFellDueAreChance) {
  Quiet run = staged();
  run.stages[1].answered[1] = 48;
  EXPECT_THAT(codes(run), IsEmpty());
  run.stages[1].answered[1] = 47;
  EXPECT_THAT(codes(run), ElementsAre("rate-not-reached"));
}

TEST(Stages, FailuresAreThoseOfTheStage) {
  Quiet run = staged();
  run.stages[1].counted.completed = 98;
  run.stages[1].counted.failed = 2;
  run.measured.completed = 198;
  run.measured.failed = 2;  // 1 % of all, which is allowed
  EXPECT_THAT(codes(run), ElementsAre("errors"));
  EXPECT_EQ(sentence(run),
            "in stage 2 (100/s for 1s), 2 % of the messages failed (2 of 100), more than the 1 % of "
            "--allow-failures");
}

TEST(Stages, TransactionsThatTimedOutAreThoseOfTheStage) {
  Quiet run = staged();
  run.workload.allow_failures = 1;
  run.stages[0].counted.completed = 97;
  run.stages[0].counted.failed = 3;
  run.stages[0].timed_out = 3;
  run.stages[0].censored.record_n(10 * kSecond, 3);
  EXPECT_THAT(codes(run), ElementsAre("censored"));
  EXPECT_THAT(sentence(run), HasSubstr("in stage 1 (100/s for 1s), 3 % of the messages timed out"));
}

TEST(Stages, AServerThatIsLostSaysInWhich) {
  Quiet run = staged();
  run.load.silent_ns = 1'500 * kMillisecond;
  run.stages[1].answered = {0, 0};
  EXPECT_THAT(codes(run), ElementsAre("server-lost", "rate-not-reached"));
  EXPECT_THAT(sentence(run), testing::EndsWith("(400/s until then) (in stage 1)"));
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
  EXPECT_THAT(sentence(run), HasSubstr("connect from more than one address (--source"));
  EXPECT_EQ(judge(run).reasons.front().evidence.back().second, 1);
  run.connections.sources = {{.name = "127.0.0.2"}, {.name = "127.0.0.3"}};
  EXPECT_THAT(sentence(run), HasSubstr("connect from more than 2 addresses (--source"));
  EXPECT_EQ(judge(run).reasons.front().evidence.back().second, 2);
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

TEST(Verdict, AddressesWithoutAConnectionAreANote) {
  Quiet run;
  run.connections.opened = 10;
  run.connections.addresses = {
      {.name = "127.0.0.1", .opened = 10},
      {.name = "::1", .failed = 3, .errors = {{.name = "connect-refused", .count = 3}}}};
  EXPECT_THAT(judge(run).notes,
              ElementsAre("no connection could be opened to ::1 (connect-refused): the other "
                          "addresses took its share of the load"));
  run.connections.addresses[1].opened = 1;
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.connections.addresses[1] = {.name = "::1"};  // no connection had to go there
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Verdict, OfManyAddressesWithoutAConnectionThreeAreNamed) {
  Quiet run;
  run.connections.opened = 10;
  run.connections.addresses = {{.name = "127.0.0.1", .opened = 10}};
  const auto add = [&run](const std::string& name) {
    run.connections.addresses.push_back({.name = name, .failed = 1, .errors = {{.name = "e", .count = 1}}});
  };
  for (const std::string name : {"a", "b", "c"}) add(name);
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("opened to a (e), b (e) and c (e):")));
  for (const std::string name : {"d", "f"}) add(name);
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("opened to a (e), b (e), c (e) and 2 more:")));
}

TEST(Verdict, AddressesWhoseConnectionsBeganNothingAreANote) {
  Quiet run;
  run.workload.connections = 10;
  run.connections.opened = 12;
  run.connections.addresses = {{.name = "127.0.0.1", .opened = 7, .transactions = 11},
                               {.name = "127.0.0.2", .opened = 5}};
  EXPECT_THAT(judge(run).notes,
              ElementsAre(HasSubstr("began on the connections to 127.0.0.2, which were opened:")));
  run.connections.addresses[1].transactions = 1;
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.connections.addresses[1].transactions = 0;
  run.connections.addresses[0].transactions = 10;  // no more than one for each connection
  EXPECT_THAT(judge(run).notes, IsEmpty());
}

TEST(Verdict, ConnectionsThatWereOpenedAnewForNothingAreNone) {
  Quiet run;
  run.workload.connections = 10;
  run.workload.per_connection = 1;
  run.connections.addresses = {{.name = "127.0.0.1", .opened = 50, .transactions = 50},
                               {.name = "127.0.0.2", .opened = 10}};
  EXPECT_THAT(judge(run).notes, IsEmpty());
  run.connections.addresses[1].opened = 11;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("began on the connections to 127.0.0.2,")));
}

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

// What was begun is in the order of the mix: it is off because of what did not complete.
TEST(Verdict, AMixWithoutFailuresIsNotOff) {
  EXPECT_TRUE(judge(Mixed({pass("read", 199, 10'000), pass("search", 1, 0)})).valid());
}

TEST(Verdict, RarePassesOfAMixAreJudgedTogether) {
  std::vector<result::MixPass> passes{pass("read", 980, 9800)};
  for (int i = 0; i < 20; ++i)
    passes.push_back(pass("rare " + std::to_string(i), 1, i < 10 ? 0 : 10, i < 10 ? 1 : 0));
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
  run.latency.reset();
  run.latency.record_n(10 * kMillisecond, 661);
  EXPECT_THAT(judge(run).notes, IsEmpty()) << "no p99 is shown";
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
