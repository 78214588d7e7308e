// SPDX-License-Identifier: Apache-2.0 OR MIT
// `wait` in scripts: docs/scripts.md, "Waits".
#include "script/wait.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "script_testing.hpp"

namespace backtalk::script {
namespace {

using session::ThinkTime;
using testing::lines;

constexpr session::Nanoseconds kOneSecond = 1'000'000'000;

std::optional<ThinkTime> time_of(std::string_view text) {
  const auto read = read_think_time(text);
  const auto* const time = std::get_if<ThinkTime>(&read);
  return time == nullptr ? std::nullopt : std::optional(*time);
}

std::string not_a_time(std::string_view text) {
  const auto read = read_think_time(text);
  const auto* const sentence = std::get_if<std::string>(&read);
  return sentence == nullptr ? "" : *sentence;
}

std::string pop3_problem(std::initializer_list<std::string_view> text) {
  return testing::problem("pop3", lines(text));
}

std::string imap_problem(std::initializer_list<std::string_view> text) {
  return testing::problem("imap", lines(text));
}

// --- How long

TEST(Wait, IsATime) {
  EXPECT_EQ(time_of("500ms"), ThinkTime::constant(kOneSecond / 2));
  EXPECT_EQ(time_of("2"), ThinkTime::constant(2 * kOneSecond));
  EXPECT_EQ(time_of("0s"), ThinkTime());
}

TEST(Wait, IsARangeOfTimes) {
  EXPECT_EQ(time_of("2s..8s"), ThinkTime::uniform(2 * kOneSecond, 8 * kOneSecond));
  EXPECT_EQ(time_of("0..1m"), ThinkTime::uniform(0, 60 * kOneSecond));
  EXPECT_EQ(time_of("3s..3s"), ThinkTime::uniform(3 * kOneSecond, 3 * kOneSecond));
}

TEST(Wait, IsADistribution) {
  EXPECT_EQ(time_of("exp 5s"), ThinkTime::exponential(5 * kOneSecond));
  EXPECT_EQ(time_of("normal 10s 2s"), ThinkTime::normal(10 * kOneSecond, 2 * kOneSecond));
  EXPECT_EQ(time_of("normal  10s \t 2s"), ThinkTime::normal(10 * kOneSecond, 2 * kOneSecond));
}

TEST(Wait, IsNothingElse) {
  for (const char* text : {"", "soon", "-1s", "5 s", "8d", "1s 2s", "1s2s"})
    EXPECT_EQ(not_a_time(text), "expected a time such as `wait 500ms`") << text;
  for (const char* text : {"..", "2s..", "..8s", "8s..2s", "2s..8s..9s", "2s.. 8s", "2s..9d"})
    EXPECT_EQ(not_a_time(text), "expected the shortest and the longest time, as `wait 2s..8s`") << text;
  for (const char* text : {"exp", "exp soon", "exp 1s 2s", "exp 9d"})
    EXPECT_EQ(not_a_time(text), "expected the mean of an exponential distribution, as `wait exp 5s`") << text;
  for (const char* text : {"normal", "normal 10s", "normal 10s 2s 3s", "normal 9d 2s", "normal 10s soon"})
    EXPECT_EQ(
        not_a_time(text),
        "expected the mean and the standard deviation of a normal distribution, as `wait normal 10s 5s`")
        << text;
}

// --- Where it stands

TEST(Wait, StandsBeforeCommandsAndAtTheEndOfAPass) {
  const auto script = testing::read("pop3", lines({"== pass", "wait 1s", "C: STAT", "S: +OK", "wait exp 2s",
                                                   "C: LIST", "S: +OK", "wait 3s..4s"}));
  ASSERT_EQ(script.passes.size(), 1U);
  const auto& pass = script.passes[0];
  ASSERT_EQ(pass.commands.size(), 2U);
  EXPECT_EQ(pass.commands[0].wait, ThinkTime::constant(kOneSecond));
  EXPECT_EQ(pass.commands[1].wait, ThinkTime::exponential(2 * kOneSecond));
  EXPECT_EQ(pass.wait, ThinkTime::uniform(3 * kOneSecond, 4 * kOneSecond));
  EXPECT_TRUE(script.has_waits());
}

TEST(Wait, SeparatesCommandsThatWouldGoOutTogether) {
  const auto script = testing::read("imap", lines({"== pass", "C: a NOOP", "C: b NOOP", "wait 1s",
                                                   "C: c NOOP", "S: a OK", "S: b OK", "S: c OK"}));
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_TRUE(commands[1].pipelined);
  EXPECT_FALSE(commands[2].pipelined);
  EXPECT_EQ(commands[2].wait, ThinkTime::constant(kOneSecond));
}

TEST(Wait, IsRepeatedWithItsLines) {
  const auto script =
      testing::read("imap", lines({"== pass", "repeat 2", "C: a NOOP", "S: a OK", "wait 1s", "end"}));
  const auto& pass = script.passes.at(0);
  ASSERT_EQ(pass.commands.size(), 2U);
  EXPECT_TRUE(pass.commands[0].wait.empty());
  EXPECT_EQ(pass.commands[1].wait, ThinkTime::constant(kOneSecond));
  EXPECT_EQ(pass.wait, ThinkTime::constant(kOneSecond));
}

TEST(Wait, OfAnIdleIsAnothersMatter) {
  const auto script =
      testing::read("imap", lines({"== once", "C: a IDLE", "wait 1s", "C: DONE", "S: a OK", "== pass",
                                   "wait 2s", "C: b IDLE", "wait 500ms..1s", "C: DONE", "S: b OK"}));
  EXPECT_EQ(script.once.at(0).idle, ThinkTime::constant(kOneSecond));
  EXPECT_TRUE(script.once.at(0).wait.empty());
  EXPECT_EQ(script.passes.at(0).commands.at(0).wait, ThinkTime::constant(2 * kOneSecond));
  EXPECT_EQ(script.passes.at(0).commands.at(0).idle, ThinkTime::uniform(kOneSecond / 2, kOneSecond));
  EXPECT_FALSE(testing::read("imap", lines({"== pass", "C: b IDLE", "wait 1s", "C: DONE"})).has_waits());
}

TEST(Wait, AtTheEndOfAConnectionIsBeforeItsGoodbye) {
  EXPECT_EQ(testing::read("pop3", lines({"C: STAT", "S: +OK", "wait 1s"})).passes.at(0).wait,
            ThinkTime::constant(kOneSecond));
  EXPECT_EQ(pop3_problem({"C: STAT", "S: +OK", "wait 1s", "C: QUIT", "S: +OK"}),
            "3:1: backtalk says QUIT itself: leave it out, and a `wait` in the last line is before it");
  EXPECT_EQ(imap_problem({"C: a NOOP", "S: a OK", "wait 1s", "C: b LOGOUT", "S: b OK"}),
            "3:1: backtalk says LOGOUT itself: leave it out, and a `wait` in the last line is before it");
}

TEST(Wait, OutOfPlaceIsAnError) {
  EXPECT_EQ(pop3_problem({"wait 1s", "C: USER u", "S: +OK", "C: PASS p", "S: +OK", "C: STAT"}),
            "1:1: backtalk says USER itself, without a wait");
  EXPECT_EQ(pop3_problem({"== once", "wait 1s", "C: STAT", "== pass", "C: NOOP"}),
            "2:1: `wait` stands in a pass, or before the `C: DONE` of an IDLE");
  EXPECT_EQ(pop3_problem({"== pass", "C: NOOP", "== end", "C: STAT", "wait 1s"}),
            "5:1: `wait` stands in a pass, or before the `C: DONE` of an IDLE");
  EXPECT_EQ(imap_problem({"== pass", "C: a NOOP", "wait 1s", "S: a OK"}),
            "4:4: the `wait` in line 3 comes after this line: it lasts from the answer on");
  EXPECT_EQ(pop3_problem({"== pass", "C: STAT", "wait 1s", "S: +OK", "C: NOOP"}),
            "4:4: the `wait` in line 3 comes after this line: it lasts from the answer on");
  EXPECT_EQ(pop3_problem({"== pass", "wait 1s", "wait 1s", "C: STAT"}),
            "3:1: this `wait` follows another: one line says how long");
  EXPECT_EQ(pop3_problem({"== pass", "C: LIST", "S: +OK", "S: 1 120", "wait 1s", "S: ."}),
            "5:1: the response that began in line 3 ends with `S: .`, which has to come before this");
  EXPECT_EQ(pop3_problem({"== pass", "wait 1s"}),
            "1:1: a pass has at least one command, apart from those that backtalk says itself");
}

}  // namespace
}  // namespace backtalk::script
