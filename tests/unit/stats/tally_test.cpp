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

}  // namespace
}  // namespace backtalk::stats
