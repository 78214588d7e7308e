// SPDX-License-Identifier: Apache-2.0 OR MIT
// Commands of a pass that are said for each message of the mailbox.
#include <gtest/gtest.h>

#include <string>

#include "pop3_dialogue.hpp"

namespace backtalk::session::test {
namespace {

constexpr std::string_view kMessage = "+OK\r\nSubject: x\r\n\r\nx\r\n.\r\n";

// STAT, RETR and DELE of each message, and what follows.
Script script_of_all(std::initializer_list<std::string_view> behind = {}) {
  Script script = pop3_script({"STAT", "RETR {number}", "DELE {number}"});
  auto& commands = script.passes[0].commands;
  commands[1].block = commands[2].block = 3;
  commands[2].pipelined = true;
  for (const std::string_view line : behind) commands.push_back(pop3_command(line));
  return script;
}

TEST(Pop3Blocks, AreSaidForEachMessage) {
  Pop3Dialogue talk(pop3_plan(script_of_all({"NOOP"})));
  talk.supply = 1;
  ASSERT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 2 300\r\n"), "RETR 1\r\n");
  EXPECT_EQ(talk.says(kMessage), "DELE 1\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "RETR 2\r\n");
  EXPECT_EQ(talk.says(kMessage), "DELE 2\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.session.room(), 1U) << "the books balance";
}

TEST(Pop3Blocks, GoOutTogetherMessageByMessage) {
  Pop3Dialogue talk(pop3_plan(script_of_all(), 4));
  talk.supply = 1;
  ASSERT_EQ(talk.log_in(kPipelining), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 2 300\r\n"), "RETR 1\r\nDELE 1\r\n");
  EXPECT_EQ(talk.says(kMessage), "");
  EXPECT_EQ(talk.says("+OK\r\n"), "RETR 2\r\nDELE 2\r\n");
  talk.says(kMessage);
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(Pop3Blocks, AreLeftOutWhereTheMailboxIsEmpty) {
  Pop3Dialogue talk(pop3_plan(script_of_all({"NOOP"})));
  talk.supply = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "NOOP\r\n");
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(Pop3Blocks, ThatAreLeftOutAtTheEndEndThePass) {
  Pop3Dialogue talk(pop3_plan(script_of_all()));
  talk.supply = 2;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.after(1), "STAT\r\n") << "the next pass, for which the session asks to be woken";
  EXPECT_EQ(talk.says("+OK 1 100\r\n"), "RETR 1\r\n");
}

TEST(Pop3Blocks, ComeBeforeTheGoodbye) {
  Script script = script_of_all();
  script.connection_a_pass = true;
  for (const std::string_view count : {"+OK 0 0\r\n", "+OK 1 100\r\n"}) {
    Pop3Dialogue talk(pop3_plan(script));
    talk.supply = 1;
    talk.log_in();
    std::string said = talk.says(count);
    if (said == "RETR 1\r\n") {
      EXPECT_EQ(talk.says(kMessage), "DELE 1\r\n");
      said = talk.says("+OK\r\n");
    }
    EXPECT_EQ(said, "QUIT\r\n");
    talk.says("+OK bye\r\n");
    EXPECT_EQ(talk.recorder.completed(), 1U) << count;
  }
}

TEST(Pop3Blocks, EndWithTheFirstRefusal) {
  Pop3Dialogue talk(pop3_plan(script_of_all({"NOOP"})));
  talk.supply = 2;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 5 900\r\n"), "RETR 1\r\n");
  EXPECT_EQ(talk.says("-ERR gone\r\n"), "STAT\r\n") << "the next pass";
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.says("-ERR locked\r\n"), "");
  EXPECT_EQ(talk.recorder.failed(), 2U);
  EXPECT_EQ(talk.session.room(), 1U) << "nothing of the four other messages is owed";
}

// --- When the messages were sent

std::string stamped(Nanoseconds at) {
  return "+OK\r\nX-Backtalk-Sent: " + std::to_string(at) + "\r\n\r\nx\r\n.\r\n";
}

TEST(Pop3Deliveries, AreTimedWhereThatIsAskedFor) {
  for (const bool asked : {false, true}) {
    Pop3Plan plan = pop3_plan(script_of_all());
    plan.times_deliveries = asked;
    Pop3Dialogue talk(std::move(plan));
    talk.supply = 1;
    talk.log_in();
    talk.says("+OK 3 300\r\n");
    const Nanoseconds sent = talk.now();
    talk.after(1000);
    talk.says(stamped(sent));
    const Nanoseconds fetched = talk.now();
    talk.says("+OK\r\n");
    talk.says(kMessage);
    talk.says("+OK\r\n");
    talk.says(stamped(talk.now() + 1'000'000));
    ASSERT_EQ(talk.recorder.deliveries.size(), asked ? 1U : 0U) << "and of none that was sent in the future";
    if (asked) {
      EXPECT_EQ(talk.recorder.deliveries[0], fetched - sent);
    }
  }
}

}  // namespace
}  // namespace backtalk::session::test
