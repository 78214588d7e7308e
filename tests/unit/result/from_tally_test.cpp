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

// What the line of the script expected, for an answer with that status and text.
std::optional<std::string> expected(const workload::ExpectedAnswer& answer, std::uint16_t status,
                                    std::string_view text) {
  stats::Tally counted(kCommands.size(), kStatuses.size(), nullptr, stats::StatusClasses(kStatuses));
  counted.server_said({.name = "script-unexpected-reply",
                       .command = 0,
                       .status = status,
                       .text = text,
                       .script_line = answer.source_line});
  Names names = kNames;
  const std::array all{answer};
  names.expected = all;
  return from_tally(counted, {}, names).examples.at(0).expected;
}

TEST(FromTally, AnUnexpectedAnswerStandsBesideTheExpectedOne) {
  const workload::ExpectedAnswer refusal{
      .source_line = 3, .expected = {.status = 1}, .captures = {}, .separators = " "};
  EXPECT_EQ(expected(refusal, 0, "250 2.0.0 Ok"), "\"550\"");
  workload::ExpectedAnswer accepted = refusal;
  accepted.expected.status = static_cast<std::uint16_t>(kStatuses.size());  // SMTP, without `S:`
  EXPECT_EQ(expected(accepted, 1, "550 no"), "\"2xx\"");
  workload::ExpectedAnswer of_class = refusal;
  of_class.expected = {.status = 1, .statuses = 100};
  EXPECT_EQ(expected(of_class, 0, "HTTP/1.1 250 Ok"), "\"5xx\"");
  EXPECT_EQ(
      expected({.source_line = 0, .expected = {.status = 1}, .captures = {}, .separators = " "}, 0, "250"),
      std::nullopt)
      << "no script is involved";
}

TEST(FromTally, AWordThatIsMissingIsNamed) {
  const workload::ExpectedAnswer ninth{
      .source_line = 3, .expected = {.status = 0}, .captures = {{.slot = 0, .word = 9}}, .separators = " "};
  EXPECT_EQ(expected(ninth, 0, "a OK done"), "word 9");
  EXPECT_EQ(expected(ninth, 1, "a NO"), "\"250\"") << "the status comes first";
  EXPECT_EQ(expected(ninth, 0, ""), std::nullopt) << "the text is hidden";
  EXPECT_EQ(expected(ninth, 0, std::string(session::kServerWordsMax, 'x')), std::nullopt) << "it is cut";
  EXPECT_EQ(expected(ninth, 0, "1 2 3 4 5 6 7 8 " + std::string(129, 'x')),
            "word 9 to have at most 128 octets");
  EXPECT_EQ(expected(ninth, 0, "250-1 2 3 4 5 6 7 8 9\r\n250 ok"), "word 9") << "of the last line";
  const workload::ExpectedAnswer data{.source_line = 4,
                                      .expected = {.status = 0, .untagged = {"FETCH", "SEARCH"}},
                                      .captures = {{.slot = 0, .word = 3, .untagged = "SEARCH"}},
                                      .separators = " "};
  EXPECT_EQ(expected(data, 0, "a OK"), "\"* FETCH\", \"* SEARCH\" with word 3");
  const workload::ExpectedAnswer field{
      .source_line = 4,
      .expected = {.status = 0},
      .captures = {{.slot = 0, .word = 2, .untagged = {}, .field = "Location"}},
      .separators = " "};
  EXPECT_EQ(expected(field, 0, "HTTP/1.1 250"), "the field \"Location\" with word 2");
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
