// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/frame.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

using backtalk::live::draw;
using backtalk::live::Figures;
using backtalk::live::has_view;
using backtalk::live::InUse;
using backtalk::live::kSmallest;
using backtalk::live::LastSecond;
using backtalk::live::Look;
using backtalk::live::Phase;
using backtalk::live::Size;
using backtalk::live::Standing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Size kUsual{.columns = 80, .rows = 24};
constexpr Look kAscii{.colours = false, .blocks = false};
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// Four seconds of ten.
Figures figures() {
  Figures all;
  all.url = "smtp://127.0.0.1:2525";
  all.transaction = "message";
  all.phase = Phase::measuring;
  all.measured_ns = 4'200'000'000;
  all.counted_ns = 4'000'000'000;
  all.left_ns = 5'800'000'000;
  all.duration_ns = 10'000'000'000;
  all.rate_asked = 1000;
  all.last_second =
      LastSecond{.t_s = 4, .completed = 998, .failed = 2, .p50_ns = 210'000, .p99_ns = 5'210'000};
  all.in_flight = 16;
  all.counted.started = 4019;
  all.counted.completed = 4000;
  all.counted.failed = 3;
  all.p50 = "214 us";
  all.p99 = "5.55 ms";
  all.max = "63.8 ms";
  all.latency = {{200'000, 1000}, {500'000, 2800}, {1'000'000, 160}, {2'000'000, 40}};
  all.errors = {{"timeout", 1}, {"reply-450", 2}};
  all.verdict.standing = Standing::holds;
  all.sessions_asked = 20;
  all.connections = 20;
  all.descriptors = {.used = 27, .limit = 1024};
  all.ports = InUse{.used = 20, .limit = 28232};
  all.waits = 12;
  all.busy = 0.19;
  return all;
}

// As wide as a terminal shows it: each code point of UTF-8 has one column.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void expect_fits(const std::vector<std::string>& lines, Size size) {
  EXPECT_LT(lines.size(), size.rows);
  for (const std::string& line : lines) {
    EXPECT_LT(columns(line), size.columns) << line;
    EXPECT_EQ(line.find_first_of("\x1b\r\n\t"), std::string::npos) << line;
  }
}

TEST(Frame, Of80ColumnsAnd24Rows) {
  EXPECT_THAT(draw(figures(), kUsual, kAscii),
              ElementsAre("smtp://127.0.0.1:2525",
                          "measuring     [##############                    ]  4.2 s of 10.0 s, 5.8 s left",
                          "messages/s    998 in the last second, asked 1000; 1000 overall",
                          "messages      completed 4000  failed 3  unfinished 0  in flight 16",
                          "latency       last second  p50    210 us   p99   5.21 ms",
                          "              overall      p50    214 us   p99   5.55 ms   max   63.8 ms", "",
                          "              < 200 us ################                                    25 %",
                          "              < 500 us ##############################################      70 %",
                          "                < 1 ms ###                                                  4 %",
                          "                < 2 ms #                                                    1 %",
                          "", "errors        2 reply-450, 1 timeout", "so far        valid",
                          "in use        descriptors 27 of 1024, ports 20 of 28232, 12 in TIME_WAIT,",
                          "              connections 20 of 20, generator 19 % busy"));
}

TEST(Frame, Of40ColumnsAnd12Rows) {
  EXPECT_THAT(draw(figures(), kSmallest, kAscii),
              ElementsAre("measuring, 5.8 s left",                    //
                          "998 messages/s, asked 1000",               //
                          "completed 4000, failed 3, in flight 16",   //
                          "now p50    210 us  p99   5.21 ms",         //
                          "all p50    214 us  p99   5.55 ms",         //
                          "< 500 us ####################      95 %",  //
                          "  < 1 ms #                          4 %",  //
                          "  < 2 ms #                          1 %",  //
                          "errors 2 reply-450, 1 timeout",            //
                          "so far valid",                             //
                          "files 27/1024, ports 20/28232"));
}

TEST(Frame, FitsInEverySize) {
  for (const Size size : {kSmallest, Size{.columns = 40, .rows = 24}, Size{.columns = 71, .rows = 13},
                          Size{.columns = 72, .rows = 12}, kUsual, Size{.columns = 300, .rows = 100}}) {
    for (const bool blocks : {false, true})
      expect_fits(draw(figures(), size, {.colours = false, .blocks = blocks}), size);
  }
}

TEST(Frame, FitsWithTheLargestNumbers) {
  Figures all = figures();
  all.step = "step 60: 1e+07/s once more";
  all.url = std::string(300, 'x');
  all.transaction = std::string(40, 'y');
  all.measured_ns = all.counted_ns = all.duration_ns = kMost;
  all.left_ns = kMost;
  all.rate_asked = 1e300;
  all.last_second =
      LastSecond{.t_s = kMost, .completed = kMost, .failed = kMost, .p50_ns = kMost, .p99_ns = kMost};
  all.in_flight = all.other_errors = all.sessions_asked = all.connections = kMost;
  all.counted.started = all.counted.completed = all.counted.failed = all.counted.unfinished = kMost;
  all.p50 = all.p99 = all.max = "needs 18446744073709551615";
  all.latency.clear();
  for (std::uint64_t limit = 1; limit < kMost / 10; limit *= 10) all.latency.push_back({limit, kMost / 64});
  all.errors.assign(16, {.name = std::string(200, 'e'), .count = kMost});
  all.verdict = {.standing = Standing::fails,
                 .sentences = std::vector<std::string>(9, std::string(500, 'z') + " end")};
  all.descriptors = {.used = kMost, .limit = kMost};
  all.ports = all.descriptors;
  all.waits = kMost;
  all.busy = 1e9;
  for (const Size size : {kSmallest, kUsual, Size{.columns = 72, .rows = 12}}) {
    for (const Phase phase :
         {Phase::opening, Phase::warming_up, Phase::measuring, Phase::draining, Phase::stopping}) {
      all.phase = phase;
      expect_fits(draw(all, size, kAscii), size);
    }
  }
}

TEST(Frame, BeforeAnythingIsKnown) {
  Figures all;
  all.url = "imap://127.0.0.1";
  all.transaction = "pass";
  all.sessions_asked = 4;
  EXPECT_THAT(draw(all, kUsual, kAscii),
              ElementsAre("imap://127.0.0.1", "opening sessions, 0 of 4 connections open",
                          "passes/s      - in the last second; - overall",
                          "passes        completed 0  failed 0  unfinished 0  in flight 0",
                          "latency       last second  p50         -   p99         -",
                          "              overall      p50             p99             max          ", "",
                          "errors        none", "so far        nothing to judge yet",
                          "in use        descriptors 0, connections 0 of 4"));
  for (const Size size : {kSmallest, kUsual}) expect_fits(draw(all, size, kAscii), size);
}

TEST(Frame, SaysWhatIsLeftOfEachPhase) {
  Figures all = figures();
  all.phase = Phase::warming_up;
  all.left_ns = 65'000'000'000 * 60;
  EXPECT_THAT(draw(all, kUsual, kAscii), Contains("warming up, 1 h 5 min left"));
  all.phase = Phase::draining;
  EXPECT_THAT(draw(all, kSmallest, kAscii), Contains("waiting for the last answers"));
  all.phase = Phase::stopping;
  EXPECT_THAT(draw(all, kUsual, kAscii), Contains(HasSubstr("stopping; press Ctrl-C again to quit at once")));
  all.phase = Phase::measuring;
  all.left_ns.reset();
  all.duration_ns = 0;
  all.transactions_max = 8038;
  EXPECT_THAT(draw(all, kUsual, kAscii), Contains(HasSubstr("]  4019 of 8038 messages begun")));
  EXPECT_THAT(draw(all, kSmallest, kAscii), Contains("measuring, 4019 of 8038 messages begun"));
}

TEST(Frame, OfADurationAndACountShowsWhatIsFurtherAlong) {
  Figures both = figures();
  both.transactions_max = 40'190;  // of which a tenth has begun
  EXPECT_THAT(draw(both, kUsual, kAscii), Contains(HasSubstr("4.2 s of 10.0 s, 5.8 s left")));
  both.transactions_max = 5000;
  const auto counted = draw(both, kUsual, kAscii);
  EXPECT_THAT(counted, Contains(HasSubstr("4019 of 5000 messages begun")));
  EXPECT_THAT(counted, Not(Contains(HasSubstr("s left"))));
  both.duration_ns = 0;
  both.left_ns.reset();
  EXPECT_EQ(draw(both, kUsual, kAscii), counted) << "the bar, too";
}

TEST(Frame, ASecondInWhichNothingCompletedHasNoLatency) {
  Figures silent = figures();
  silent.last_second = LastSecond{.t_s = 5, .completed = 0, .failed = 2, .p50_ns = 0, .p99_ns = 0};
  const auto shown = draw(silent, kUsual, kAscii);
  EXPECT_THAT(shown, Contains(HasSubstr("last second  p50         -   p99         -")));
  EXPECT_THAT(shown, Contains(HasSubstr("0 in the last second")));
}

TEST(Frame, SaysWhichOfSeveralRunsItIs) {
  Figures all = figures();
  all.step = "run 2 of 5";
  EXPECT_EQ(draw(all, kUsual, kAscii).front(), "run 2 of 5: smtp://127.0.0.1:2525");
  EXPECT_EQ(draw(all, kSmallest, kAscii).front(), "run 2 of 5: measuring, 5.8 s left");
}

TEST(Frame, NothingThatAServerSaysReachesTheTerminalAsItIs) {
  Figures all = figures();
  all.errors = {{"reply-\x1b[2J\x1b]0;owned\x07", 7},
                {"\x9b"
                 "31m",
                 3}};
  all.verdict = {.standing = Standing::fails, .sentences = {"FAILED: it said \x1b[1;1H\x90q"}};
  all.url = "smtp://\x1b[41m";
  for (const Size size : {kSmallest, kUsual}) {
    for (const bool colours : {false, true}) {
      for (const std::string& line : draw(all, size, {.colours = colours, .blocks = false})) {
        for (const std::string_view sequence :
             {"\x1b[2J", "\x1b]", "\x07", "\x9b", "\x90", "\x1b[1;1H", "\x1b[41m"})
          EXPECT_EQ(line.find(sequence), std::string::npos) << line;
      }
    }
  }
  EXPECT_THAT(draw(all, kUsual, kAscii),
              Contains("errors        7 reply-\\x1b[2J\\x1b]0;owned\\x07, 3 \\x9b31m"));
}

TEST(Frame, ErrorsWithoutANameOfTheirOwnAreCountedTogether) {
  Figures all = figures();
  all.other_errors = 9;
  EXPECT_THAT(draw(all, kUsual, kAscii), Contains("errors        2 reply-450, 1 timeout, 9 others"));
}

TEST(Frame, AVerdictHasSeveralLinesWhereThereIsRoom) {
  Figures all = figures();
  all.verdict = {
      .standing = Standing::fails,
      .sentences = {"FAILED: 9 % of the messages failed (100 of 1110), more than the 0 % of --allow-failures",
                    "INVALID: something else"}};
  EXPECT_THAT(
      draw(all, kUsual, kAscii),
      ::testing::IsSupersetOf(
          {std::string("so far        FAILED: 9 % of the messages failed (100 of 1110), more than the 0"),
           std::string("              % of --allow-failures; INVALID: something else")}));
  EXPECT_THAT(draw(all, kSmallest, kAscii), Contains("so far FAILED: 9 % of the messages fai~"));
}

TEST(Frame, ColoursAreThoseThatWereAskedFor) {
  EXPECT_THAT(draw(figures(), kUsual, {.colours = true, .blocks = false}),
              Contains(HasSubstr("\x1b[31mfailed 3\x1b[0m")));
  EXPECT_THAT(draw(figures(), kUsual, kAscii), Not(Contains(HasSubstr("\x1b"))));
}

TEST(Frame, ASmallerTerminalHasNoView) {
  EXPECT_TRUE(has_view(kSmallest));
  EXPECT_FALSE(has_view({.columns = 39, .rows = 24}));
  EXPECT_FALSE(has_view({.columns = 80, .rows = 11}));
  EXPECT_FALSE(has_view({}));
}

}  // namespace
