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
  Tally tally(1);
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
  Tally tally(1, &seconds);
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

TEST(Tally, CountsRepliesByCommandAndCode) {
  Tally one(2);
  one.command_answered({.command = 1, .ok = false, .code = 550, .latency = 3});
  one.command_answered({.command = 1, .ok = true, .code = 250, .latency = 3});
  one.command_answered({.command = 1, .ok = false, .code = 550, .latency = 3, .measured = false});
  Tally other(2);
  other.command_answered({.command = 1, .ok = false, .code = 550, .latency = 3});
  other.command_answered({.command = 0, .ok = true, .code = 0, .latency = 3});
  one.add(other);
  using Entry = CodeCounts::Entry;
  const auto codes = one.commands()[1].codes.all();
  EXPECT_EQ(std::vector<Entry>(codes.begin(), codes.end()), (std::vector<Entry>{{250, 1}, {550, 2}}));
  EXPECT_TRUE(one.commands()[0].codes.all().empty()) << "a protocol without codes";
}

}  // namespace
}  // namespace backtalk::stats
