// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sessions of POP3 that watch a mailbox: which messages they look at, and what they tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "pop3_dialogue.hpp"
#include "told_deliveries.hpp"

namespace backtalk::session::test {
namespace {

using testing::ElementsAre;

class Pop3Watching : public testing::Test {
 protected:
  Pop3Plan plan() {
    Script script = pop3_script({"STAT", "TOP {number} 0"});
    script.passes[0].commands[1].block = 3;
    script.connection_a_pass = true;
    Pop3Plan plan = pop3_plan(std::move(script));
    plan.deliveries = &log_;
    return plan;
  }

  // The next session, up to its STAT, whose answer counts so many messages.
  static std::string look(Pop3Dialogue& talk, int messages) {
    talk.session.restart(talk.now());
    talk.supply = 1;
    EXPECT_EQ(talk.log_in(), "STAT\r\n");
    return talk.says("+OK " + std::to_string(messages) + " 300\r\n");
  }
  static std::string header(const std::string& fields) { return "+OK\r\n" + fields + "\r\n.\r\n"; }

  ToldDeliveries log_;
};

TEST_F(Pop3Watching, PassesOverWhatWasThereBefore) {
  Pop3Dialogue talk(plan());
  EXPECT_EQ(look(talk, 2), "QUIT\r\n");
  EXPECT_THAT(log_.told, ElementsAre("watching 0"));
  EXPECT_EQ(log_.looks, 1);
}

TEST_F(Pop3Watching, ReadsTheHeadersOfWhatIsNew) {
  Pop3Dialogue talk(plan());
  look(talk, 2);
  talk.says("+OK bye\r\n");
  log_.told.clear();
  ASSERT_EQ(look(talk, 4), "TOP 3 0\r\n");
  const std::string shown = std::to_string(talk.now());
  EXPECT_EQ(talk.says(header(field_of(8))), "TOP 4 0\r\n");
  EXPECT_EQ(talk.says(header("Subject: x\r\n")), "QUIT\r\n");
  EXPECT_THAT(log_.told, ElementsAre("seen 8 in 0 at " + shown)) << "when STAT was answered";
  talk.says("+OK bye\r\n");
  EXPECT_EQ(look(talk, 4), "QUIT\r\n") << "nothing is new any more";
}

TEST_F(Pop3Watching, TriesAgainWhatWasRefused) {
  Pop3Dialogue talk(plan());
  look(talk, 0);
  talk.says("+OK bye\r\n");
  ASSERT_EQ(look(talk, 1), "TOP 1 0\r\n");
  EXPECT_EQ(talk.says("-ERR busy\r\n"), "QUIT\r\n");
  talk.says("+OK bye\r\n");
  EXPECT_EQ(look(talk, 1), "TOP 1 0\r\n");
}

TEST_F(Pop3Watching, PassesOverWhatIsRefusedForGood) {
  Pop3Dialogue talk(plan());
  look(talk, 0);
  EXPECT_GT(log_.through, 0U);
  for (int i = 0; i < 5; ++i) {
    talk.says("+OK bye\r\n");
    ASSERT_EQ(look(talk, 2), "TOP 1 0\r\n");
    talk.says("-ERR gone\r\n");
  }
  log_.through = 0;
  talk.says("+OK bye\r\n");
  ASSERT_EQ(look(talk, 2), "TOP 2 0\r\n");
  talk.says(header(field_of(3)));
  EXPECT_THAT(log_.told.back(), testing::StartsWith("seen 3 in 0"));
  EXPECT_EQ(log_.through, 0U) << "nobody knows which message the other one is";
}

TEST_F(Pop3Watching, TakesNothingForACopyAfterASmallerCount) {
  Pop3Dialogue talk(plan());
  look(talk, 0);
  talk.says("+OK bye\r\n");
  look(talk, 1);
  talk.says(header(field_of(3)));
  talk.says("+OK bye\r\n");
  look(talk, 0);
  talk.says("+OK bye\r\n");
  log_.told.clear();
  ASSERT_EQ(look(talk, 1), "TOP 1 0\r\n");
  talk.says(header(field_of(3)));
  EXPECT_THAT(log_.told, ElementsAre("found 3 in 0"));
}

TEST_F(Pop3Watching, HoldsTheHighestCount) {
  Pop3Watch watch(&log_, 0);
  watch.counted(4'294'967'295U, 1);
  EXPECT_EQ(watch.next(), 4'294'967'295U);
  watch.counted(3, 2);
  EXPECT_EQ(watch.next(), 4U) << "and what was there is not read";
}

TEST_F(Pop3Watching, FollowsWhenOthersRemoveMessages) {
  Pop3Dialogue talk(plan());
  look(talk, 5);
  talk.says("+OK bye\r\n");
  EXPECT_EQ(look(talk, 1), "QUIT\r\n");
  talk.says("+OK bye\r\n");
  EXPECT_EQ(look(talk, 2), "TOP 2 0\r\n");
}

TEST_F(Pop3Watching, IsOfNoMailboxWhoseCountIsNotSaid) {
  Pop3Dialogue talk(plan());
  talk.session.restart(talk.now());
  talk.supply = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK nobody knows\r\n"), "QUIT\r\n");
  EXPECT_TRUE(log_.told.empty());
}

}  // namespace
}  // namespace backtalk::session::test
