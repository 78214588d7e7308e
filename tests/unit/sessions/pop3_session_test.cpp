// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a POP3 client says and when, by RFC 1939, 2449 and 5034.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "pop3_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using Names = std::vector<std::string>;

TEST(Pop3Session, LogsInAndSaysEachPassAndGoodbye) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), "") << "the server speaks first";
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("+OK POP3 server ready\r\n"), "USER u1\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "PASS pass\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
  EXPECT_TRUE(talk.session.ready());
  EXPECT_EQ(talk.says("+OK 2 320\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 2 320\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
  EXPECT_EQ(talk.says("+OK bye\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_TRUE(talk.recorder.notes.empty());
  for (const char* const command : {"GREETING", "USER", "PASS", "QUIT"}) {
    EXPECT_EQ(talk.recorder.sent[command], 1) << command;
    EXPECT_EQ(talk.recorder.accepted[command], 1) << command;
  }
  EXPECT_EQ(talk.recorder.accepted["STAT"], 2);
  EXPECT_EQ(talk.recorder.statuses["STAT"]["+OK"], 2);
}

// RFC 1939 10, the sample session.
TEST(Pop3Session, HoldsTheConversationOfTheRfc) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "LIST", "RETR 1", "DELE 1", "RETR 2", "DELE 2"})));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 2 320\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.says("+OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n"), "");
  EXPECT_EQ(talk.says(".\r\n"), "RETR 1\r\n");
  EXPECT_EQ(talk.says("+OK 120 octets\r\nSubject: x\r\n\r\n..\r\n.\r\n"), "DELE 1\r\n");
  EXPECT_EQ(talk.says("+OK message 1 deleted\r\n"), "RETR 2\r\n");
  EXPECT_EQ(talk.says("+OK 200 octets\r\n+OK is text here\r\n.\r\n"), "DELE 2\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says("+OK message 2 deleted\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// RFC 1939 5, 7: with a number, LIST and UIDL are answered in one line.
TEST(Pop3Session, KnowsWhichAnswersHaveLines) {
  Pop3Dialogue talk(pop3_plan(
      pop3_script({"LIST 2", "LIST", "UIDL 1", "UIDL", "TOP 1 0", "RETR 1", "NOOP", "RSET", "CAPA"})));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(), "LIST 2\r\n");
  EXPECT_EQ(talk.says("+OK 2 200\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.says("+OK\r\n2 200\r\n.\r\n"), "UIDL 1\r\n");
  EXPECT_EQ(talk.says("+OK 1 abc\r\n"), "UIDL\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "TOP 1 0\r\n");
  EXPECT_EQ(talk.says("+OK\r\nSubject: x\r\n\r\n.\r\n"), "RETR 1\r\n");
  EXPECT_EQ(talk.says("+OK\r\n\r\n.\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "RSET\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "CAPA\r\n");
  EXPECT_EQ(talk.says("+OK\r\nTOP\r\n.\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(Pop3Session, TheLatencyOfABodyIsThatOfItsEnd) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1"})));
  talk.supply = 1;
  talk.log_in();
  const std::size_t answers = talk.recorder.latencies.size();
  const Nanoseconds sent = talk.now();
  EXPECT_EQ(talk.session.waiting_since(), sent);
  talk.says("+OK\r\n");
  talk.says("text\r\n");
  EXPECT_EQ(talk.recorder.latencies.size(), answers);
  talk.says(".\r\n");
  ASSERT_EQ(talk.recorder.latencies.size(), answers + 1);
  EXPECT_EQ(talk.recorder.latencies.back(), talk.now() - sent);
  EXPECT_EQ(talk.recorder.ends.at(0).ended, talk.now());
}

TEST(Pop3Session, FillsPlaceholders) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR {n}", "TOP {n} 0", "LIST {user}"})));
  talk.supply = 1;
  talk.begun = 7;
  EXPECT_EQ(talk.log_in(), "RETR 7\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "TOP 7 0\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "LIST u1\r\n");
}

TEST(Pop3Session, ConnectionsTakeTheUsersInTurn) {
  Pop3Plan plan = pop3_plan(pop3_script({"STAT"}));
  plan.login.users.push_back({.user = "u2", .password = "other word"});
  Recorder recorder({.commands = kPop3CommandNames, .statuses = pop3_statuses()});
  Pop3Session session(plan, {.index = 3, .observer = recorder});
  std::array<char, Session::kOutputMin> out;
  session.restart(1);
  session.consume("+OK\r\n", 2);
  EXPECT_EQ(std::string_view(out.data(), session.produce(out, 3)), "USER u2\r\n");
  session.consume("+OK\r\n", 4);
  EXPECT_EQ(std::string_view(out.data(), session.produce(out, 5)), "PASS other word\r\n");
}

TEST(Pop3Session, WithoutAUserThereIsNoLogin) {
  Pop3Plan plan = pop3_plan(pop3_script({"NOOP"}));
  plan.login = {};
  Pop3Dialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.says("+OK hello\r\n"), "NOOP\r\n");
}

// --- Passes

TEST(Pop3Session, PassesShareTheNumbersByTheirWeights) {
  Script script = pop3_script({"STAT"});
  script.passes[0].weight = 2;
  script.passes.emplace_back();
  script.passes[1].commands.push_back(pop3_command("NOOP"));
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 6;
  std::string said = talk.log_in();
  for (int i = 0; i < 6; ++i) said += talk.says("+OK\r\n");
  EXPECT_EQ(said, "STAT\r\nSTAT\r\nNOOP\r\nSTAT\r\nSTAT\r\nNOOP\r\n");
}

TEST(Pop3Session, SaysWhatComesOnceAndWhatComesLast) {
  Script script = pop3_script({"STAT"});
  script.once = {pop3_command("UIDL"), pop3_command("NOOP")};
  script.end = {pop3_command("RSET"), pop3_command("NOOP")};
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(), "UIDL\r\n");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "");
  talk.session.finish();
  EXPECT_EQ(talk.client(), "RSET\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(Pop3Session, ARefusalFailsItsPassAndEndsItEarly) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "RETR 99", "DELE 99"})));
  talk.supply = 2;
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "RETR 99\r\n");
  EXPECT_EQ(talk.says("-ERR no such message\r\n"), "STAT\r\n") << "of the next pass";
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-err");
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-err");
  EXPECT_EQ(talk.recorder.said[0].command, "RETR");
  EXPECT_EQ(talk.recorder.said[0].status, "-ERR");
  EXPECT_EQ(talk.recorder.said[0].text, "-ERR no such message");
  EXPECT_EQ(talk.recorder.said[0].script_line, 0U) << "this script was not read from lines";
  EXPECT_EQ(talk.recorder.refused["RETR"], 1);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(Pop3Session, WhatTheScriptExpectsDecides) {
  Script script = pop3_script({"DELE 99"});
  script.passes[0].commands[0].expected.status = kPop3Err;
  script.passes[0].commands.push_back(pop3_command("NOOP", false, kNoStatus));
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 2;
  EXPECT_EQ(talk.log_in(), "DELE 99\r\n");
  EXPECT_EQ(talk.says("-ERR [SYS/TEMP] no such message\r\n"), "NOOP\r\n") << "with a code or without";
  EXPECT_EQ(talk.says("-ERR whatever\r\n"), "DELE 99\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.recorder.said.empty());
  talk.says("+OK deleted\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "script-unexpected-reply");
  EXPECT_EQ(talk.recorder.said[0].text, "+OK deleted");
  EXPECT_FALSE(talk.session.over());
}

TEST(Pop3Session, ARefusalOfWhatComesOnceFailsTheConnection) {
  Script script = pop3_script({"STAT"});
  script.once = {pop3_command("TOP 1 0")};
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("-ERR no\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, Names{"reply-err"});
  EXPECT_EQ(talk.begun, 0U);
}

// --- Pipelining (RFC 2449 6.6)

TEST(Pop3SessionPipelining, PassesOverlap) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"}), 3));
  talk.supply = 5;
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\nSTAT\r\nSTAT\r\n");
  EXPECT_EQ(talk.says("+OK 1 2\r\n+OK 1 2\r\n"), "STAT\r\nSTAT\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_EQ(talk.says("+OK 1 2\r\n+OK 1 2\r\n+OK 1 2\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 5U);
  EXPECT_TRUE(talk.recorder.notes.empty());
}

TEST(Pop3SessionPipelining, CountsCommandsNotPasses) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1", "DELE 1", "RSET"}, true), 4));
  talk.supply = 3;
  EXPECT_EQ(talk.log_in(kPipelining), "RETR 1\r\nDELE 1\r\nRSET\r\nRETR 1\r\n");
  EXPECT_EQ(talk.begun, 2U);
  EXPECT_EQ(talk.says("+OK\r\n..a\r\n.\r\n+OK\r\n"), "DELE 1\r\nRSET\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  talk.says("+OK\r\n+OK\r\n.\r\n+OK\r\n+OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
}

// As many passes as could go out with the commands that are free, were all as long as the longest.
TEST(Pop3SessionPipelining, RoomIsCountedInPasses) {
  struct Case {
    unsigned depth;
    std::size_t commands;
    unsigned room;
  };
  for (const Case& one : {Case{1, 1, 1}, Case{1, 3, 1}, Case{4, 1, 4}, Case{4, 2, 2}, Case{4, 3, 2},
                          Case{4, 4, 1}, Case{4, 5, 1}, Case{6, 3, 2}, Case{7, 3, 3}}) {
    Script script = pop3_script({"NOOP"});
    script.passes.emplace_back();
    for (std::size_t i = 0; i < one.commands; ++i)
      script.passes[1].commands.push_back(pop3_command("RSET", i > 0));
    Pop3Dialogue talk(pop3_plan(script, one.depth));
    EXPECT_EQ(talk.session.room(), 0U);
    talk.log_in(kPipelining);
    EXPECT_EQ(talk.session.room(), one.room) << one.depth << ' ' << one.commands;
  }
}

TEST(Pop3SessionPipelining, WhatAFailedPassWouldHaveSaidMakesRoom) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "NOOP", "RSET"}), 3));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\n");
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.says("-ERR x\r\n"), "");
  EXPECT_EQ(talk.session.room(), 1U);
  talk.supply = 1;
  talk.client();
  talk.says("+OK 1 1\r\n");
  EXPECT_EQ(talk.session.room(), 1U) << "one of three is answered";
}

TEST(Pop3SessionPipelining, ACommandThatIsNotPipelinedWaitsForThoseOfItsPass) {
  Script script = pop3_script({"STAT", "LIST", "RETR 1"});
  script.passes[0].commands[1].pipelined = true;
  Pop3Dialogue talk(pop3_plan(script, 8));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\nLIST\r\n");
  EXPECT_EQ(talk.says("+OK 1 1\r\n"), "");
  EXPECT_EQ(talk.says("+OK\r\n1 1\r\n.\r\n"), "RETR 1\r\n");
}

TEST(Pop3SessionPipelining, TheNextPassFollowsTheLastCommandOfThisOne) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "NOOP"}), 8));
  talk.supply = 2;
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 1 1\r\n"), "NOOP\r\nSTAT\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_EQ(talk.says("+OK 1 1\r\n"), "NOOP\r\n");
}

TEST(Pop3SessionPipelining, WhatIsInFlightBehindARefusalIsStillAnswered) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1", "DELE 1"}, true), 4));
  talk.supply = 2;
  EXPECT_EQ(talk.log_in(kPipelining), "RETR 1\r\nDELE 1\r\nRETR 1\r\nDELE 1\r\n");
  talk.says("-ERR [SYS/TEMP] busy\r\n+OK\r\n+OK\r\n.\r\n+OK\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-sys-temp");
  EXPECT_EQ(talk.recorder.ends[1].ending, Ending::completed);
  EXPECT_EQ(talk.recorder.statuses["RETR"]["-ERR [SYS/TEMP]"], 1);
}

TEST(Pop3SessionPipelining, IsNotUsedUnlessItIsOffered) {
  for (const std::string_view answer : {"+OK\r\nTOP\r\nUIDL\r\n.\r\n", "-ERR what?\r\n"}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "NOOP"}, true), 4));
    talk.supply = 4;
    EXPECT_EQ(talk.says("+OK ready\r\n"), "CAPA\r\n");
    EXPECT_EQ(talk.says(answer), "USER u1\r\n");
    talk.says("+OK\r\n");
    EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
    EXPECT_EQ(talk.says("+OK 1 1\r\n"), "NOOP\r\n");
    ASSERT_EQ(talk.recorder.notes.size(), 1U);
    EXPECT_NE(talk.recorder.notes[0].find("PIPELINING"), std::string::npos);
    EXPECT_TRUE(talk.recorder.failures.empty());
  }
}

TEST(Pop3SessionPipelining, OffersOfTheLastConnectionAreForgotten) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"}), 4));
  talk.log_in(kPipelining);
  talk.session.end(Ending::failed, "closed", talk.now());
  talk.session.restart(talk.now());
  talk.supply = 2;
  EXPECT_EQ(talk.log_in("TOP\r\n"), "STAT\r\n");
}

// A pass that is longer than the depth keeps to it.
TEST(Pop3SessionPipelining, NeverExceedsTheDepth) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"NOOP", "NOOP", "NOOP", "NOOP", "NOOP"}, true), 2));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(kPipelining), "NOOP\r\nNOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n+OK\r\n"), "NOOP\r\nNOOP\r\n");
  talk.says("+OK\r\n+OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// More commands in flight than the parser expects by default.
TEST(Pop3SessionPipelining, TheDepthIsNotLimitedByTheParser) {
  constexpr unsigned kDepth = 1024;
  Pop3Dialogue talk(pop3_plan(pop3_script({"NOOP"}), kDepth));
  talk.supply = 2UL * kDepth;
  EXPECT_EQ(talk.log_in(kPipelining).size(), kDepth * 6);
  std::string answers;
  for (unsigned i = 0; i < kDepth; ++i) answers += "+OK\r\n";
  talk.says(answers);
  EXPECT_EQ(talk.recorder.completed(), kDepth);
}

TEST(Pop3SessionPipelining, WhatComesOnceKeepsToTheDepth) {
  Script script = pop3_script({"STAT"});
  script.once = {pop3_command("NOOP"), pop3_command("UIDL", true), pop3_command("RSET", true),
                 pop3_command("LIST", false)};
  script.end = {pop3_command("RSET"), pop3_command("NOOP", true)};
  Pop3Dialogue talk(pop3_plan(script, 2));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(kPipelining), "NOOP\r\nUIDL\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "RSET\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "");
  EXPECT_EQ(talk.says("+OK\r\n"), "LIST\r\n");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "STAT\r\n");
  talk.session.finish();
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "RSET\r\nNOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_EQ(talk.says("+OK\r\n"), "QUIT\r\n");
}

// --- A connection for each pass

Pop3Plan whole_session(unsigned depth = 1) {
  Script script = pop3_script({"STAT", "LIST"});
  script.connection_a_pass = true;
  return pop3_plan(script, depth);
}

TEST(Pop3SessionConnectionAPass, IsGreetingLoginCommandsAndQuit) {
  Pop3Dialogue talk(whole_session());
  EXPECT_TRUE(talk.session.ready());
  ASSERT_EQ(talk.session.room(), 1U);
  talk.supply = 5;
  EXPECT_EQ(talk.client(), "");
  EXPECT_EQ(talk.begun, 1U);
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says("+OK bye\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.begun, 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  talk.session.restart(talk.now());
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.begun, 2U);
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
}

TEST(Pop3SessionConnectionAPass, LogsInOnlyOnceItBegins) {
  Pop3Dialogue talk(whole_session());
  EXPECT_EQ(talk.says("+OK ready\r\n"), "");
  EXPECT_EQ(talk.session.waiting_since(), 0U);
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "USER u1\r\n");
}

TEST(Pop3SessionConnectionAPass, OneThatIsNotWantedTakesItsLeave) {
  for (const bool greeted : {true, false}) {
    Pop3Dialogue talk(whole_session());
    if (greeted) talk.says("+OK ready\r\n");
    talk.session.finish();
    EXPECT_EQ(talk.session.room(), 0U);
    const std::string said = talk.client();
    EXPECT_EQ(greeted ? said : said + talk.says("+OK ready\r\n"), "QUIT\r\n");
    talk.says("+OK\r\n");
    EXPECT_TRUE(talk.session.over());
    EXPECT_TRUE(talk.recorder.ends.empty());
    EXPECT_TRUE(talk.recorder.failures.empty());
  }
}

TEST(Pop3SessionConnectionAPass, ARefusalLeavesWithQuit) {
  Pop3Dialogue talk(whole_session());
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("-ERR no\r\n"), "QUIT\r\n");
  talk.says("+OK\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-err");
  EXPECT_TRUE(talk.session.over());
}

TEST(Pop3SessionConnectionAPass, ARefusedLoginFailsTheTransactionAlone) {
  Pop3Dialogue talk(whole_session());
  talk.supply = 1;
  talk.client();
  talk.says("+OK ready\r\n");
  talk.says("+OK\r\n");
  talk.says("-ERR [AUTH] wrong\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "auth-refused");
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_TRUE(talk.session.over());
}

TEST(Pop3SessionConnectionAPass, ARefusedQuitFailsIt) {
  Pop3Dialogue talk(whole_session());
  talk.supply = 1;
  talk.client();
  talk.log_in();
  talk.says("+OK 0 0\r\n");
  talk.says("+OK\r\n.\r\n");
  talk.says("-ERR some deleted messages not removed\r\n");  // RFC 1939 6
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-err");
  EXPECT_TRUE(talk.session.over());
}

TEST(Pop3SessionConnectionAPass, LeavesIfACommandCannotGoOut) {
  Script script = pop3_script({"RETR {number}", "NOOP"});
  script.connection_a_pass = true;
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.log_in(), "QUIT\r\n");
  EXPECT_EQ(talk.session.next_wake(), kNever) << "there is no next pass that a pause could delay";
  talk.says("+OK\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "mailbox-empty");
}

TEST(Pop3SessionConnectionAPass, IsPipelinedToo) {
  Script script = pop3_script({"STAT", "NOOP"}, true);
  script.connection_a_pass = true;
  Pop3Dialogue talk(pop3_plan(script, 4));
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\nNOOP\r\n");
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "");
  EXPECT_EQ(talk.says("+OK\r\n"), "QUIT\r\n");
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// --- What the server said before

TEST(Pop3SessionCaptures, AreFilledIntoLaterCommandsOfThePass) {
  Script script = pop3_script({"STAT"});
  script.capture_slots = 1;
  script.passes[0].commands[0].captures = {{.slot = 0, .word = 2}};
  ScriptCommand retr = pop3_command("RETR ");
  retr.line.append_captured(0);
  script.passes[0].commands.push_back(retr);
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 3;
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 17 320\r\n"), "RETR 17\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n") << "of the next pass: there was no second word";
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
}

TEST(Pop3SessionCaptures, OfWhatIsSaidOnceAreForAllPasses) {
  Script script;
  script.capture_slots = 2;
  script.once = {pop3_command("UIDL 1")};
  script.once[0].captures = {{.slot = 0, .word = 3}, {.slot = 1, .word = 1}};
  script.passes.emplace_back();
  ScriptCommand top = pop3_command("TOP ");
  top.line.append_captured(0);
  top.line.append(" ");
  top.line.append_captured(1);
  script.passes[0].commands = {top};
  Pop3Dialogue talk(pop3_plan(script, 2));
  talk.supply = 3;
  EXPECT_EQ(talk.log_in(kPipelining), "UIDL 1\r\n");
  EXPECT_EQ(talk.says("+OK 1 abc\r\n"), "TOP abc +OK\r\nTOP abc +OK\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "TOP abc +OK\r\n");
}

TEST(Pop3SessionCaptures, AWordThatIsNotThereIsAnUnexpectedAnswerInItsLine) {
  Script script = pop3_script({"STAT"});
  script.capture_slots = 2;
  script.passes[0].commands[0].captures = {{.slot = 0, .word = 3}, {.slot = 1, .word = 2}};
  script.passes[0].commands[0].source_line = 7;
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 3;
  talk.log_in();
  talk.says("+OK 1 2\r\n");
  talk.says("+OK 1\r\n");
  talk.says("-ERR\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 3U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::completed);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  EXPECT_EQ(talk.recorder.ends[2].reason, "reply-err");
  ASSERT_EQ(talk.recorder.said.size(), 2U);
  EXPECT_EQ(talk.recorder.said[0].script_line, 7U);
  EXPECT_EQ(talk.recorder.said[1].script_line, 7U);
}

// A STAT that cannot be read tells nothing, and what was known does not hold any more.
TEST(Pop3SessionNumbers, AreThoseOfTheLastStat) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "RETR {number}"})));
  talk.supply = 3;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 1 5\r\n"), "RETR 1\r\n");
  EXPECT_EQ(talk.says("+OK\r\n.\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK many\r\n"), "");
  EXPECT_EQ(talk.recorder.ends.at(1).reason, "mailbox-empty");
  talk.session.wake(talk.session.next_wake());
  EXPECT_EQ(talk.client(), "STAT\r\n");
  talk.says("-ERR x\r\n");
  EXPECT_EQ(talk.recorder.ends.at(2).reason, "reply-err");
}

TEST(Pop3SessionNumbers, ARefusedStatSaysNothing) {
  Script script = pop3_script({"STAT", "RETR {number}"});
  script.passes[0].commands[0].expected.status = kNoStatus;
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 2;
  talk.begun = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 3 5\r\n"), "RETR 2\r\n");
  talk.says("+OK\r\n.\r\n");
  EXPECT_EQ(talk.says("-ERR 1 5\r\n"), "RETR 3\r\n") << "what was known still holds";
}

TEST(Pop3SessionNumbers, AreMessagesInTurn) {
  Script script = pop3_script({"STAT", "TOP {number} 0"});
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 3;
  talk.begun = 4;
  EXPECT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 3 320\r\n"), "TOP 2 0\r\n");
  talk.says("+OK\r\n.\r\n");
  EXPECT_EQ(talk.says("+OK 3 320\r\n"), "TOP 3 0\r\n");
  talk.says("+OK\r\n.\r\n");
  EXPECT_EQ(talk.says("+OK 2 320\r\n"), "TOP 1 0\r\n");
}

TEST(Pop3SessionNumbers, WaitForTheStatThatTheyGoOutWith) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT", "NOOP", "RETR {number}", "DELE {number}"}, true), 8));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(kPipelining), "STAT\r\nNOOP\r\n");
  EXPECT_EQ(talk.says("+OK 5 5\r\n"), "RETR 1\r\nDELE 1\r\n");
}

// Nothing goes out, so that no answer would wake the driver: the session asks for it, and takes its
// time.
TEST(Pop3SessionNumbers, DoNotExistInAnEmptyMailbox) {
  Script script = pop3_script({"RETR {number}"});
  script.once = {pop3_command("STAT")};
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 2;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "mailbox-empty");
  EXPECT_EQ(talk.session.room(), 0U);
  const Nanoseconds wake = talk.session.next_wake();
  EXPECT_EQ(wake, talk.now() + 10'000'000) << "ten milliseconds";
  talk.session.wake(wake - 1);
  EXPECT_EQ(talk.session.room(), 0U);
  talk.session.wake(wake);
  EXPECT_EQ(talk.session.next_wake(), kNever);
  talk.client();
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_FALSE(talk.session.over());
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
}

TEST(Pop3SessionNumbers, BeforeThePassesTheyAreTheConnections) {
  Script script = pop3_script({"NOOP"});
  script.once = {pop3_command("STAT"), pop3_command("RETR {number}")};
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, Names{"mailbox-empty"});
  EXPECT_EQ(talk.recorder.sent.count("RETR"), 0U) << "what does not go out is not counted";
  EXPECT_EQ(talk.begun, 0U);
}

TEST(Pop3SessionNumbers, APassThatCannotBeSaidEndsInItsTurn) {
  Script script = pop3_script({"NOOP"});
  script.passes.push_back(pop3_script({"RETR {number}"}).passes[0]);
  script.once = {pop3_command("STAT")};
  Pop3Dialogue talk(pop3_plan(script, 4));
  talk.supply = 4;
  talk.log_in(kPipelining);
  EXPECT_EQ(talk.says("+OK 0 0\r\n"), "NOOP\r\n");
  EXPECT_TRUE(talk.recorder.ends.empty()) << "the second waits for the first";
  talk.says("+OK\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::completed);
  EXPECT_EQ(talk.recorder.ends[1].reason, "mailbox-empty");
  talk.session.end(Ending::unfinished, {}, talk.now());
  for (std::size_t i = 0; i < talk.recorder.ends.size(); ++i)
    EXPECT_EQ(talk.recorder.ends[i].ticket.number, i);
}

}  // namespace
}  // namespace backtalk::session::test
