// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/from_tally.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace backtalk::result {
namespace {

using testing::ElementsAre;

constexpr std::array<std::string_view, 3> kCommands{"MAIL", "RCPT", "DOT"};
constexpr std::array<session::Status, 2> kStatuses{{{"250", true}, {"550", false}}};
constexpr Names kNames{.transaction = "message", .commands = kCommands, .statuses = kStatuses};

stats::Tally tally() {
  stats::Tally out(kCommands.size(), kStatuses.size(), nullptr, stats::StatusClasses(kStatuses));
  out.started({.number = 0, .scheduled = 1'000, .measured = true});
  out.command_sent(2, true);
  out.command_answered({.command = 2, .ok = false, .status = 1, .latency = 5'000, .measured = true});
  out.server_said({.name = "reply-5xx",
                   .command = 2,
                   .status = 1,
                   .text = "550 no",
                   .offset = 9,
                   .lead = 2,
                   .script_line = 4});
  out.server_said({.name = "closed", .text = {}, .offset = 0});
  out.transaction_ended({.ticket = {.number = 0, .scheduled = 1'000, .measured = true},
                         .begun = 1'000,
                         .ended = 6'000,
                         .ending = session::Ending::failed,
                         .reason = "reply-5xx",
                         .in_doubt = false});
  out.note("a sentence");
  out.note("a sentence");
  return out;
}

TEST(FromTally, CommandsAndStatusesGetTheirNames) {
  const RunResult result = from_tally(tally(), {}, kNames);
  ASSERT_EQ(result.commands.size(), 1U) << "commands that were never sent are left out";
  EXPECT_EQ(result.commands[0].name, "DOT");
  EXPECT_EQ(result.commands[0].refused, 1U);
  EXPECT_EQ(result.commands[0].latency.max(), 5'000U);
  EXPECT_THAT(result.commands[0].statuses, ElementsAre(StatusCount{"550", false, 1}));
  ASSERT_EQ(result.commands[0].classes.size(), 1U) << "those without replies are left out";
  EXPECT_EQ(result.commands[0].classes[0].name, "5xx");
  EXPECT_EQ(result.commands[0].classes[0].latency.max(), 5'000U);
  EXPECT_THAT(result.examples, ElementsAre(Example{"reply-5xx", "DOT", "550", "550 no", 9, 4, 7},
                                           Example{"closed", std::nullopt, std::nullopt, "", 0}));
  EXPECT_THAT(result.errors, ElementsAre(NamedCount{"reply-5xx", 1}));
  EXPECT_THAT(result.notes, ElementsAre("a sentence"));
  EXPECT_EQ(result.measured.failed, 1U);
}

TEST(FromTally, TheHalvesOfAScheduleAreDurations) {
  stats::Tally counted = tally();
  EXPECT_EQ(from_tally(counted, {}, kNames).load.second_half_ns, 0U) << "a closed loop has none";
  counted.middle = 1'000'000;
  counted.planned_end = 1'700'000;
  EXPECT_EQ(from_tally(counted, {}, kNames).load.second_half_ns, 700'000U);
}

TEST(FromTally, SecondsKeepTheirPercentiles) {
  const std::array<stats::IntervalRow, 1> rows{
      {{.t_s = 1, .completed = 2, .failed = 3, .p50_ns = 4, .p99_ns = 5}}};
  EXPECT_THAT(from_tally(tally(), rows, kNames).seconds, ElementsAre(Second{1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace backtalk::result
