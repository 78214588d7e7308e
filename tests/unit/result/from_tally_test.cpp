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
                                    std::string_view text,
                                    std::string_view failure = session::kUnexpectedReply) {
  stats::Tally counted(kCommands.size(), kStatuses.size(), nullptr, stats::StatusClasses(kStatuses));
  counted.server_said(
      {.name = failure, .command = 0, .status = status, .text = text, .script_line = answer.source_line});
  Names names = kNames;
  const std::array all{answer};
  names.expected = all;
  return from_tally(counted, {}, names).examples.at(0).expected;
}

TEST(FromTally, AnUnexpectedAnswerStandsBesideTheExpectedOne) {
  workload::ExpectedAnswer refusal;
  refusal.source_line = 3;
  refusal.expected.status = 1;
  refusal.captures = {};
  refusal.separators = " ";
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

TEST(FromTally, ATextThatDiffersStandsBesideTheExpectedOne) {
  const auto expected_of = [](std::string_view line, bool nothing_follows = false) {
    stats::Tally counted(kCommands.size(), kStatuses.size(), nullptr, stats::StatusClasses(kStatuses));
    counted.server_said({.name = session::kTextDiffers,
                         .command = 0,
                         .status = 0,
                         .text = "250 2.0.0 Ok",
                         .script_line = 3,
                         .expected = line,
                         .nothing_follows = nothing_follows});
    return from_tally(counted, {}, kNames).examples.at(0).expected.value_or("nothing is said");
  };
  EXPECT_EQ(expected_of("250 2.0.0 Fine"), "\"250 2.0.0 Fine\"");
  EXPECT_EQ(expected_of("250 2.0.0", true), "nothing after \"250 2.0.0\"");
  EXPECT_EQ(expected_of("", true), "nothing");
  EXPECT_EQ(expected_of(""), "an empty line");
  EXPECT_EQ(expected_of("caf\xC3\xA9\t"), "\"caf\\xc3\\xa9\\x09\"") << "results have ASCII";
}

TEST(FromTally, AWordThatIsMissingIsNamed) {
  workload::ExpectedAnswer ninth;
  ninth.source_line = 3;
  ninth.expected.status = 0;
  ninth.captures = {{.slot = 0, .word = 9}};
  ninth.separators = " ";
  EXPECT_EQ(expected(ninth, 0, "a OK done"), "word 9");
  EXPECT_EQ(expected(ninth, 1, "a NO"), "\"250\"") << "the status comes first";
  EXPECT_EQ(expected(ninth, 0, ""), std::nullopt) << "the text is hidden";
  EXPECT_EQ(expected(ninth, 0, std::string(session::kServerWordsMax, 'x')), std::nullopt) << "it is cut";
  EXPECT_EQ(expected(ninth, 0, "250-1 2 3 4 5 6 7 8 9\r\n250 ok"), "word 9") << "of the last line";
  workload::ExpectedAnswer data;
  data.source_line = 4;
  data.expected.status = 0;
  data.expected.untagged = {"FETCH", "SEARCH"};
  data.captures = {{.slot = 0, .word = 3, .untagged = "SEARCH"}};
  data.separators = " ";
  EXPECT_EQ(expected(data, 0, "a OK"), "\"* FETCH\", \"* SEARCH\" with word 3");
  workload::ExpectedAnswer field;
  field.source_line = 4;
  field.expected.status = 0;
  field.captures = {{.slot = 0, .word = 2, .untagged = {}, .field = "Location"}};
  field.separators = " ";
  EXPECT_EQ(expected(field, 0, "HTTP/1.1 250"), "the field \"Location\" with word 2");
}

TEST(FromTally, AWordThatIsTooLongIsNamedWithTheLimit) {
  workload::ExpectedAnswer words;
  words.source_line = 3;
  words.expected.status = 0;
  words.captures = {
      {.slot = 0, .word = 1}, {.slot = 1, .word = 2}, {.slot = 2, .word = 3, .untagged = "LIST"}};
  words.separators = " ";
  const std::string too_long(129, 'x');
  const auto of = [&words](const std::string& text) {
    return expected(words, 0, text, session::kWordTooLong);
  };
  EXPECT_EQ(of("250 " + too_long), "word 2 and word 3 of \"* LIST\" to have at most 128 octets");
  EXPECT_EQ(of("250-" + too_long + "\r\n250 ok"), "word 3 of \"* LIST\" to have at most 128 octets");
  EXPECT_EQ(of(""), "word 1 and word 2 and word 3 of \"* LIST\" to have at most 128 octets")
      << "it is not known which";
  workload::ExpectedAnswer field;
  field.source_line = 4;
  field.expected.status = 0;
  field.captures = {{.slot = 0, .word = 2, .untagged = {}, .field = "Location"}};
  field.separators = " ";
  EXPECT_EQ(expected(field, 0, "HTTP/1.1 250", session::kWordTooLong),
            "word 2 of the field \"Location\" to have at most 128 octets");
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
      {{.t_s = 1, .completed = 662, .failed = 3, .p50_ns = 4, .p99_ns = 5}}};
  EXPECT_THAT(from_tally(tally(), rows, kNames).seconds, ElementsAre(Second{1, 662, 3, 4, 5}));
}

TEST(FromTally, SecondsWithFewTransactionsHaveNoP99) {
  const std::array<stats::IntervalRow, 1> rows{
      {{.t_s = 1, .completed = 661, .failed = 3, .p50_ns = 4, .p99_ns = 5}}};
  EXPECT_THAT(from_tally(tally(), rows, kNames).seconds, ElementsAre(Second{1, 661, 3, 4, std::nullopt}));
}

}  // namespace
}  // namespace backtalk::result
