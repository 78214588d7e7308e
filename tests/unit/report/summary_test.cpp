// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "result_of.hpp"

namespace backtalk::report {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Summary, TheFirstWordsOfTheServerStandBesideARefusal) {
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

TEST(Summary, TheFirstWordsOfTheServerStandBesideAProtocolError) {
  Quiet run;
  run.errors = {{.name = "protocol-bad-code", .count = 1}};
  run.examples = {{.name = "protocol-bad-code",
                   .command = "MAIL",
                   .status = std::nullopt,
                   .text = std::string("HTTP/1.1 400 \"Bad\"\x1b[2J\0\xff\r\n"sv),
                   .offset = 0}};
  EXPECT_THAT(
      summarize(run),
      HasSubstr("error protocol-bad-code: 1, first \"HTTP/1.1 400 \\\"Bad\\\"\\x1b[2J\\x00\\xff\\r\\n\"\n"));
}

TEST(Summary, AnErrorWithoutWordsStandsAlone) {
  Quiet run;
  run.errors = {{.name = "connect-refused", .count = 1}};
  EXPECT_THAT(summarize(run), HasSubstr("error connect-refused: 1\n"));
}

TEST(Summary, WhatWasNotMeasuredIsADash) {
  Quiet run;
  run.commands[0].sent = 1;
  EXPECT_THAT(summarize(run), testing::ContainsRegex("MAIL +1 +0 +0 +- +-\n"));
  EXPECT_THAT(summarize(run), Not(HasSubstr("p50 0 ns")));
}

TEST(Summary, AnOpenLoopSaysHowManyFellDue) {
  Quiet run;
  run.workload.open_loop = result::OpenLoop{.rate_per_s = 990, .arrival = "poisson", .seed = 1};
  EXPECT_THAT(summarize(run), HasSubstr("requested 990/s (poisson, --seed 1): 1000 fell due\n"));
}

TEST(Summary, TransactionsHaveTheirPlural) {
  Quiet run;
  EXPECT_THAT(summarize(run), StartsWith("1000 messages in 1.00 s"));
  run.transaction = "pass";
  EXPECT_THAT(summarize(run), StartsWith("1000 passes in 1.00 s"));
}

TEST(Summary, SharesHaveTheirFirstDigits) {
  EXPECT_EQ(show_share(0), "0 %");
  EXPECT_EQ(show_share(0.00042), "0.042 %");
  EXPECT_EQ(show_share(0.01), "1 %");
  EXPECT_EQ(show_share(0.126), "13 %");
}

}  // namespace
}  // namespace backtalk::report
