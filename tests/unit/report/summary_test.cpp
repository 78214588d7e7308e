// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "result_of.hpp"
#include "session/auth_exchange.hpp"

namespace backtalk::report {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Summary, ARefusalQuotesTheServer) {
  Quiet run;
  run.commands[0].refused = 1;
  run.commands[0].statuses = {{.name = "550", .ok = false, .count = 1}};
  run.errors = {{.name = "reply-5xx", .count = 1}};
  run.examples = {{.name = "reply-5xx",
                   .command = "MAIL",
                   .status = "550",
                   .text = "550 5.7.1 <u@x>: Relay access denied",
                   .offset = 9}};
  EXPECT_THAT(summarize(run), HasSubstr("error reply-5xx: 1\n")) << "once is enough";
  EXPECT_THAT(summarize(run),
              HasSubstr("refused MAIL 550: 1, first \"550 5.7.1 <u@x>: Relay access denied\"\n"));
}

TEST(Summary, ShowsHowConnectionsWereSpread) {
  Quiet run;
  run.connections.addresses = {{.name = "127.0.0.1", .opened = 10, .failed = 0, .transactions = 1000}};
  EXPECT_THAT(summarize(run), Not(HasSubstr("to 127.0.0.1"))) << "there is no other";
  run.connections.addresses.push_back({.name = "::1", .opened = 0, .failed = 5, .transactions = 1});
  EXPECT_THAT(summarize(run), HasSubstr("to 127.0.0.1: 10 opened, 0 failed; 1000 messages begun\n"
                                        "to ::1: 0 opened, 5 failed; 1 message begun\n"));
  EXPECT_THAT(summarize(run), Not(HasSubstr("from ")));
  run.connections.addresses.resize(12);
  EXPECT_THAT(summarize(run), HasSubstr("to 2 more addresses: see --json\n"));
  run.connections.sources = {{.name = "127.0.0.2", .opened = 4, .failed = 1}};
  EXPECT_THAT(summarize(run), HasSubstr("from 127.0.0.2: 4 opened, 1 failed\n"));
  run.connections.sources.push_back({.name = "127.0.0.3", .opened = 6, .failed = 2});
  EXPECT_THAT(summarize(run),
              HasSubstr("from 2 addresses of this machine: 4 to 6 opened from each, 3 failed\n"));
}

TEST(Summary, AnswersThatAScriptDoesNotExpectAreNoRefusals) {
  Quiet run;
  EXPECT_THAT(summarize(run), Not(HasSubstr("unexpected")));
  run.commands[0].unexpected = 3;
  EXPECT_THAT(summarize(run),
              HasSubstr("command           sent          ok   refused  unexpected         p50"));
  EXPECT_THAT(summarize(run), HasSubstr("MAIL                 0           0         0           3"));
}

TEST(Summary, ShowsTimesWithThreeDigitsInTheirUnit) {
  EXPECT_EQ(show_ns(999.4), "999 ns");
  EXPECT_EQ(show_ns(999.6), "1.00 us");
  EXPECT_EQ(show_ns(9'996), "10.0 us");
  EXPECT_EQ(show_ns(99'960), "100 us");
  EXPECT_EQ(show_ns(999'400), "999 us");
  EXPECT_EQ(show_ns(999'600), "1.00 ms");
  EXPECT_EQ(show_ns(999'600'000), "1.00 s");
}

TEST(Summary, QuotesTheMachinesFloor) {
  Quiet run;
  run.floor = {.p50_ns = 50 * kMicrosecond, .p99_ns = kMillisecond, .age_s = 59, .file = "calibration.json"};
  EXPECT_THAT(summarize(run), HasSubstr("floor     of the 10.0 ms p50, 50.0 us are this machine's own "
                                        "(calibrated just now)\n"));
  run.floor->age_s = 60;
  EXPECT_THAT(summarize(run), HasSubstr("(calibrated 1 minute ago)\n"));
  run.censored.record_n(kSecond, 2000);
  EXPECT_THAT(summarize(run), HasSubstr("floor     of the ≥ 1.00 s p50, ")) << "as latency has it";
}

TEST(Summary, OfARunFasterThanTheFloorAsksForAnother) {
  Quiet run;
  run.floor = {.p50_ns = 12 * kMillisecond, .p99_ns = kSecond, .age_s = 0, .file = "calibration.json"};
  EXPECT_THAT(summarize(run), Not(HasSubstr("floor     ")));
  EXPECT_THAT(summarize(run), HasSubstr("note: this run (p50 10.0 ms) is faster than the calibrated floor of "
                                        "12.0 ms: calibrate again\n"));
  run.floor->p50_ns = 10'500'000;
  EXPECT_THAT(summarize(run), Not(HasSubstr("calibrate again"))) << "that is nothing";
}

TEST(Summary, AnUnexpectedReplyNamesTheLineOfTheScript) {
  Quiet run;
  run.errors = {{.name = "script-unexpected-reply", .count = 2}};
  run.examples = {{.name = "script-unexpected-reply",
                   .command = "MAIL",
                   .status = "250",
                   .text = "250 ok",
                   .offset = 9,
                   .script_line = 3}};
  EXPECT_THAT(
      summarize(run),
      HasSubstr("error script-unexpected-reply: 2, first \"250 ok\" (line 3 of the script) at offset 9\n"));
  run.examples[0].expected = "\"251\"";
  EXPECT_THAT(summarize(run),
              HasSubstr("first \"250 ok\", expected \"251\" (line 3 of the script) at offset 9\n"));
}

TEST(Summary, AProtocolErrorQuotesTheServer) {
  Quiet run;
  run.errors = {{.name = "protocol-bad-code", .count = 1}};
  run.examples = {{.name = "protocol-bad-code",
                   .command = "MAIL",
                   .status = std::nullopt,
                   .text = std::string("HTTP/1.1 400 \"Bad\"\x1b[2J\0\xff\r\n"sv),
                   .offset = 0}};
  EXPECT_THAT(summarize(run), HasSubstr("error protocol-bad-code: 1, first \"HTTP/1.1 400 "
                                        "\\\"Bad\\\"\\x1b[2J\\x00\\xff\\r\\n\" at offset 0\n"));
}

TEST(Summary, AnswersOfSeveralClassesAreTimedApart) {
  Quiet run;
  EXPECT_THAT(summarize(run), Not(HasSubstr("answers to")));
  run.commands[0].classes = {{.name = "2xx"}, {.name = "5xx"}};
  run.commands[0].classes[0].latency.record_n(1'000'000, 700);
  run.commands[0].classes[1].latency.record(2'000);
  EXPECT_THAT(
      summarize(run),
      HasSubstr(
          "answers to MAIL: 2xx p50 1.00 ms, p99 1.00 ms; 5xx p50 2.00 us, p99 needs 662 samples (has 1)\n"));
  run.commands[0].classes.pop_back();
  EXPECT_THAT(summarize(run), Not(HasSubstr("answers to"))) << "the table has it";
}

TEST(Summary, AMixIsATable) {
  Quiet run;
  EXPECT_THAT(summarize(run), Not(HasSubstr("asked")));
  run.mix = {{.name = "reading", .weight = 3}, {.name = "looking around", .weight = 1}};
  run.mix[0].counted = {.started = 752, .completed = 750, .failed = 2, .unfinished = 0, .in_doubt = 0};
  run.mix[1].counted = {.started = 250, .completed = 250, .failed = 0, .unfinished = 0, .in_doubt = 0};
  run.mix[0].latency.record_n(1'000'000, 750);
  EXPECT_THAT(
      summarize(run),
      HasSubstr(
          "\nmix             requested      run   completed    failed  unfinished         p50         p99\n"
          "reading              75 %     75 %         750         2           0     1.00 ms     1.00 ms\n"
          "looking around       25 %     25 %         250         0           0           -           -\n"));
}

TEST(Summary, WhatTimedOutStandsBesideThePercentilesOfItsCommandPassAndStage) {
  Quiet run;
  run.commands[1].censored.record_n(3 * kSecond, 136);
  run.commands[1].timed_out = 136;
  EXPECT_THAT(summarize(run), HasSubstr(" 10.0 ms    ≥ 3.00 s: 12 % timed out\n"));
  run.mix = {{.name = "reading", .weight = 3}};
  run.mix[0].latency.record_n(kMillisecond, 900);
  run.mix[0].censored.record_n(2 * kSecond, 100);
  EXPECT_THAT(summarize(run), HasSubstr(" 1.00 ms    ≥ 2.00 s: 10 % unfinished\n"));
  run.stages = {{.duration_ns = kSecond}};
  run.stages[0].latency.record_n(kMillisecond, 900);
  run.stages[0].censored.record_n(kSecond, 100);
  run.stages[0].timed_out = 100;
  EXPECT_THAT(summarize(run), HasSubstr("p50 1.00 ms, p99 ≥ 1.00 s: 10 % timed out\n"));
}

TEST(Summary, StagesAreATable) {
  Quiet run;
  run.workload.rate = 350;
  run.workload.stages = "1500ms:1000,1s:0";
  result::Stage stage{
      .duration_ns = 1'500 * kMillisecond,
      .from_per_s = 0,
      .to_per_s = 1000,
      .counted = {.started = 750, .completed = 749, .failed = 1},
      .p50_interval = stats::Confidence{.low = 990 * kMicrosecond, .high = 1'010 * kMicrosecond},
      .answered = {700, 49},
      .server_cpu_ns = 74'900'000};
  stage.latency.record_n(kMillisecond, 749);
  run.stages = {stage, {.duration_ns = kSecond, .from_per_s = 1000, .to_per_s = 0}};
  EXPECT_THAT(
      summarize(run),
      HasSubstr(
          "\nstage        for  requested/s  answered/s   started  completed  failed  unfinished  latency\n"
          "1         1500ms          500       499.3       750        749       1           0  "
          "p50 1.00 ms (0.99–1.01), p99 1.00 ms, server 100 us per message\n"
          "2             1s          500           0         0          0       0           0  p50 -, p99 "
          "-\n"));
  EXPECT_THAT(
      summarize(run),
      HasSubstr("requested 350/s on average, by stages 1500ms:1000,1s:0 (constant): 1000 fell due\n"));
}

// The rate of the answers is that of the time that there was.
TEST(Summary, AStageThatCtrlCCutShortHasTheRateOfItsPart) {
  Quiet run;
  run.workload.stages = "1s:100-100,10s:100-100,1s:100-100";
  for (const std::uint64_t seconds : {1U, 10U, 1U})
    run.stages.push_back({.duration_ns = seconds * kSecond, .from_per_s = 100, .to_per_s = 100});
  run.stages[0].answered = {50, 50};
  run.stages[1].answered = {200, 0};
  run.elapsed_ns = 3 * kSecond;
  run.interrupted = true;
  EXPECT_EQ(run.stage_ran_ns(0), kSecond);
  EXPECT_EQ(run.stage_ran_ns(1), 2 * kSecond);
  EXPECT_EQ(run.stage_ran_ns(2), 0U);
  EXPECT_THAT(summarize(run), HasSubstr("\n2            10s          100         100 "));
  EXPECT_THAT(summarize(run), HasSubstr("\n3             1s          100           0 "));
  run.interrupted = false;
  EXPECT_EQ(run.stage_ran_ns(1), 10 * kSecond) << "a whole run may end before its last answer";
}

TEST(Summary, AnErrorOfTheStreamShowsItsOctets) {
  Quiet run;
  run.errors = {{.name = "protocol-bare-lf", .count = 2}};
  run.examples = {{.name = "protocol-bare-lf",
                   .command = "MAIL",
                   .status = std::nullopt,
                   .text = "250 Ok\n",
                   .offset = 118,
                   .text_offset = 112}};
  EXPECT_THAT(summarize(run),
              HasSubstr("error protocol-bare-lf: 2, first \"250 Ok\\n\" at offset 118\n"
                        "    00000070  32 35 30 20 4f 6b>0a                              |250 Ok.|\n"));
  run.examples[0].text = session::kNotShown;
  EXPECT_THAT(summarize(run), Not(HasSubstr("00000070"))) << "its octets are not the server's";
}

TEST(Summary, AnErrorWithoutAQuoteHasNone) {
  Quiet run;
  run.errors = {{.name = "connect-refused", .count = 1}};
  EXPECT_THAT(summarize(run), HasSubstr("error connect-refused: 1\n"));
}

TEST(Summary, UnmeasuredValuesAreDashes) {
  Quiet run;
  run.commands[0].sent = 1;
  EXPECT_THAT(summarize(run), testing::ContainsRegex("MAIL +1 +0 +0 +- +-\n"));
  EXPECT_THAT(summarize(run), Not(HasSubstr("p50 0 ns")));
}

TEST(Summary, AnOpenLoopReportsHowManyFellDue) {
  Quiet run;
  run.workload.rate = 990;
  run.workload.arrival = stats::Arrival::poisson;
  EXPECT_THAT(summarize(run), HasSubstr("requested 990/s (poisson, --seed 1): 1000 fell due\n"));
}

TEST(Summary, TransactionsAreInThePlural) {
  Quiet run;
  EXPECT_THAT(summarize(run), StartsWith("1000 messages in 1.00 s"));
  run.transaction = "pass";
  EXPECT_THAT(summarize(run), StartsWith("1000 passes in 1.00 s"));
}

TEST(Summary, SharesShowTheirFirstDigits) {
  EXPECT_EQ(show_share(0), "0 %");
  EXPECT_EQ(show_share(0.00042), "0.042 %");
  EXPECT_EQ(show_share(0.01), "1 %");
  EXPECT_EQ(show_share(0.126), "13 %");
}

}  // namespace
}  // namespace backtalk::report
