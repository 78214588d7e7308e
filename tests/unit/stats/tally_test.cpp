// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/tally.hpp"

#include <gtest/gtest.h>

namespace backtalk::stats {
namespace {

session::TransactionEnd failure(bool measured) {
  return {.ticket = {.number = 1, .scheduled = 5, .measured = measured},
          .begun = 5,
          .ended = 9,
          .ending = session::Ending::failed,
          .reason = "reply-5xx"};
}

TEST(Tally, WhatFailsInTheWarmUpIsNoErrorOfTheMeasuredPart) {
  Tally tally(1, 2);
  tally.started(false);
  tally.transaction_ended(failure(false));
  EXPECT_EQ(tally.warmup().failed, 1U);
  EXPECT_TRUE(tally.errors.all().empty());
  tally.started(true);
  tally.transaction_ended(failure(true));
  ASSERT_EQ(tally.errors.all().size(), 1U);
  EXPECT_EQ(tally.errors.all()[0].count, tally.measured().failed);
}

TEST(Tally, WhatFailsWithoutHavingBegunIsPartOfItsSecond) {
  IntervalRecorder seconds;
  Tally tally(1, 2, &seconds);
  tally.started(true);
  tally.transaction_ended(failure(true));
  tally.never_begun(session::Ending::failed, "timeout", 2);
  tally.never_begun(session::Ending::unfinished, {}, 1);
  ASSERT_TRUE(seconds.roll(0));
  Interval second;
  ASSERT_TRUE(seconds.take(second));
  EXPECT_EQ(second.failed, tally.measured().failed);
  EXPECT_EQ(tally.measured().started, tally.measured().failed + tally.measured().unfinished);
}

TEST(Tally, CountsRepliesByCommandAndStatus) {
  Tally one(2, 2);
  one.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3});
  one.command_answered({.command = 1, .ok = true, .status = 0, .latency = 3});
  one.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3, .measured = false});
  Tally other(2, 2);
  other.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3});
  other.command_answered({.command = 0, .ok = true, .status = session::kNoStatus, .latency = 3});
  one.add(other);
  EXPECT_EQ(one.commands()[1].statuses, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(one.commands()[0].statuses, (std::vector<std::uint64_t>{0, 0})) << "an answer without a status";
  EXPECT_EQ(one.commands()[0].ok, 1U);
}

TEST(Tally, KeepsTheFirstWordsOfEachNameCommandAndStatus) {
  Tally one(2, 2);
  std::string text = "550 5.1.1 <a@b>: no";
  one.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = text, .offset = 7});
  text.assign(text.size(), '?');  // the session's buffer goes on to something else
  one.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = "550 later", .offset = 9});
  one.server_said({.name = "reply-5xx", .command = 1, .status = 0, .text = "554 relay", .offset = 11});
  Tally other(2, 2);
  other.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = "550 other thread"});
  other.server_said({.name = "timeout", .text = {}});
  one.add(other);
  const auto all = one.examples.all();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].text, "550 5.1.1 <a@b>: no");
  EXPECT_EQ(all[0].offset, 7U);
  EXPECT_EQ(all[1].status, 0U);
  EXPECT_EQ(all[2].name, "timeout");
  EXPECT_EQ(all[2].command, session::kNoCommand);
  EXPECT_TRUE(one.errors.all().empty()) << "examples count nothing";
}

// What threads counted of one schedule is that of one schedule.
TEST(Tally, TheMiddleOfTheRunIsTheSameForAllThreads) {
  Tally total(1, 2);
  for (int thread = 0; thread < 2; ++thread) {
    Tally one(1, 2);
    one.middle = 1'000;
    one.planned_end = 2'000;
    one.due_by_middle = 1;
    for (const std::uint64_t ended : {900U, 1'900U, 2'900U}) {
      one.started(true);
      one.transaction_ended({.ticket = {.number = 0, .scheduled = 800, .measured = true},
                             .begun = 800,
                             .ended = ended,
                             .ending = session::Ending::completed,
                             .reason = {},
                             .in_doubt = false});
    }
    total.add(one);
  }
  EXPECT_EQ(total.middle, 1'000U);
  EXPECT_EQ(total.planned_end, 2'000U);
  EXPECT_EQ(total.due_by_middle, 2U);
  EXPECT_EQ(total.answered_by_middle, 2U);
  EXPECT_EQ(total.answered_by_end, 4U);
}

TEST(Tally, ExamplesAreBounded) {
  Tally tally(1, 2);
  const std::string endless(100'000, 'x');
  for (std::uint16_t status = 0; status < 200; ++status) {
    tally.server_said({.name = "reply-5xx", .command = 0, .status = status, .text = endless});
  }
  EXPECT_EQ(tally.examples.all().size(), Examples::kMax);
  for (const Example& one : tally.examples.all()) EXPECT_EQ(one.text.size(), session::kServerWordsMax);
}

}  // namespace
}  // namespace backtalk::stats
