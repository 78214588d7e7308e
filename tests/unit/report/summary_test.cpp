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
  run.commands[0].classes[0].latency.record(1'000'000);
  run.commands[0].classes[1].latency.record(2'000);
  EXPECT_THAT(summarize(run),
              HasSubstr("answers to MAIL: 2xx p50 1.00 ms, p99 1.00 ms; 5xx p50 2.00 us, p99 2.00 us\n"));
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
          "\nmix               asked      run   completed    failed  unfinished         p50         p99\n"
          "reading            75 %     75 %         750         2           0     1.00 ms     1.00 ms\n"
          "looking around     25 %     25 %         250         0           0           -           -\n"));
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
