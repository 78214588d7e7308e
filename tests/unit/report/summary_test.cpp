// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "result_of.hpp"

namespace backtalk::report {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Summary, TheFirstWordsOfTheServerStandBesideARefusal) {
  Quiet run;
  run.tally.command_answered({.command = 0, .ok = false, .status = 1, .latency = 5, .measured = true});
  run.tally.server_said({.name = "reply-5xx",
                         .command = 0,
                         .status = 1,
                         .text = "550 5.7.1 <u@x>: Relay access denied",
                         .offset = 9});
  EXPECT_THAT(summarize(run.result()),
              HasSubstr("refused MAIL 550: 1, first \"550 5.7.1 <u@x>: Relay access denied\"\n"));
}

TEST(Summary, TheFirstWordsOfTheServerStandBesideAProtocolError) {
  Quiet run;
  run.tally.connection_failed("protocol-bad-code");
  run.tally.server_said({.name = "protocol-bad-code",
                         .command = 0,
                         .text = "HTTP/1.1 400 \"Bad\"\x1b[2J\0\xff\r\n"sv,
                         .offset = 0});
  EXPECT_THAT(
      summarize(run.result()),
      HasSubstr("error protocol-bad-code: 1, first \"HTTP/1.1 400 \\\"Bad\\\"\\x1b[2J\\x00\\xff\\r\\n\"\n"));
}

TEST(Summary, AnErrorWithoutWordsStandsAlone) {
  Quiet run;
  run.tally.connection_failed("connect-refused");
  EXPECT_THAT(summarize(run.result()), HasSubstr("error connect-refused: 1\n"));
}

TEST(Summary, WhatWasNotMeasuredIsADash) {
  Quiet run;
  run.tally.command_sent(0, true);
  EXPECT_THAT(summarize(run.result()), testing::ContainsRegex("MAIL +1 +0 +0 +- +-\n"));
  EXPECT_THAT(summarize(run.result()), Not(HasSubstr("p50 0 ns")));
}

TEST(Summary, AnOpenLoopSaysHowManyFellDue) {
  Quiet run;
  run.options.rate = 990;
  run.options.arrival = "poisson";
  EXPECT_THAT(summarize(run.result()), HasSubstr("asked 990/s (poisson, --seed 1): 1000 fell due\n"));
}

TEST(Summary, SharesHaveTheirFirstDigits) {
  EXPECT_EQ(show_share(0), "0 %");
  EXPECT_EQ(show_share(0.00042), "0.042 %");
  EXPECT_EQ(show_share(0.01), "1 %");
  EXPECT_EQ(show_share(0.126), "13 %");
}

}  // namespace
}  // namespace backtalk::report
