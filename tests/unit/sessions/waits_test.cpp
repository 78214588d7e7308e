// SPDX-License-Identifier: Apache-2.0 OR MIT
// Waits within passes: they are no part of a latency, a session is idle meanwhile, and every
// transaction ends once.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "imap_dialogue.hpp"
#include "pop3_dialogue.hpp"

namespace backtalk::session::test {
namespace {

constexpr Nanoseconds kWait = 1000;
const ThinkTime kThink = ThinkTime::constant(kWait);

// STAT, a wait, LIST, and a wait behind it.
Script pop3_script_with_waits() {
  Script script = pop3_script({"STAT", "NOOP"});
  script.passes[0].commands[1].wait = kThink;
  script.passes[0].wait = kThink;
  return script;
}

Script imap_script_with_waits() {
  Script script = imap_script_of(
      {imap_command_of(ImapCommand::noop, "NOOP"), imap_command_of(ImapCommand::check, "CHECK")});
  script.passes[0].commands[1].wait = kThink;
  script.passes[0].wait = kThink;
  return script;
}

Nanoseconds latency(const TransactionEnd& end) {
  return end.ended - end.waited - end.ticket.scheduled;
}

// --- POP3

TEST(Pop3Waits, AreBetweenAnAnswerAndTheNextCommand) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 2;
  ASSERT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 1 120\r\n"), "") << "the user thinks";
  EXPECT_EQ(talk.session.next_wake(), talk.now() + kWait);
  EXPECT_EQ(talk.session.waiting_since(), 0U) << "no answer is owed";
  EXPECT_EQ(talk.after(kWait - 1), "") << "not yet";
  EXPECT_EQ(talk.after(1), "NOOP\r\n");
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST(Pop3Waits, AreNoPartOfAnyLatency) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.recorder.latencies.clear();
  talk.says("+OK 1 120\r\n");
  talk.after(kWait);
  talk.says("+OK\r\n");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].waited, kWait);
  EXPECT_EQ(latency(talk.recorder.ends[0]), 2U) << "an instant for each answer";
  EXPECT_EQ(talk.recorder.latencies, (std::vector<Nanoseconds>{1, 1}));
}

TEST(Pop3Waits, AtTheEndOfAPassAreBetweenTransactions) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 2;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.after(kWait);
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U) << "it has ended";
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.after(kWait), "STAT\r\n");
}

// A wait before the first command is none of the server's time either.
TEST(Pop3Waits, BeforeTheFirstCommandPostponeThePass) {
  Script script = pop3_script({"STAT"});
  script.passes[0].commands[0].wait = kThink;
  Pop3Dialogue talk(pop3_plan(std::move(script)));
  talk.supply = 1;
  EXPECT_EQ(talk.log_in(), "");
  EXPECT_EQ(talk.after(kWait), "STAT\r\n");
  talk.says("+OK 1 120\r\n");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  const TransactionEnd& end = talk.recorder.ends[0];
  EXPECT_EQ(latency(end), 1U);
  EXPECT_EQ(end.ended - end.waited - end.begun, 1U);
}

TEST(Pop3Waits, MakePassesFollowEachOtherHoweverDeepThePipeline) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits(), 8));
  talk.supply = 5;
  ASSERT_EQ(talk.log_in(kPipelining), "STAT\r\n");
  EXPECT_EQ(talk.begun, 1U);
}

TEST(Pop3Waits, EndWithTheConnection) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.session.end(Ending::failed, kServerClosed, talk.now() + kWait / 2);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "closed");
  EXPECT_EQ(talk.recorder.ends[0].waited, kWait / 2);
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt) << "nothing was asked";
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST(Pop3Waits, ThatTheEndOfTheRunCutsShortAreNoFailure) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.session.finish();
  talk.session.end(Ending::unfinished, kRunOver, talk.now() + 1);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::unfinished);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(Pop3Waits, BetweenTransactionsDoNotDelayTheGoodbye) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.after(kWait);
  talk.says("+OK\r\n");
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
}

TEST(Pop3Waits, OfAPassThatHasFailedAreBehindItOnly) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 2;
  talk.log_in();
  EXPECT_EQ(talk.says("-ERR no\r\n"), "");
  EXPECT_EQ(talk.recorder.failed(), 1U) << "nothing more of it is said";
  EXPECT_EQ(talk.session.room(), 0U) << "the user thinks all the same";
  EXPECT_EQ(talk.after(kWait), "STAT\r\n");
}

TEST(Pop3Waits, AreNotForAServerThatSpeaksUnasked) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.says("-ERR idle for too long\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "service-closing");
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST(Pop3Waits, OfAConnectionAreBeforeItsGoodbye) {
  Script script = pop3_script_with_waits();
  script.connection_a_pass = true;
  Pop3Dialogue talk(pop3_plan(std::move(script)));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  EXPECT_EQ(talk.after(kWait), "NOOP\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.after(kWait), "QUIT\r\n");
  talk.says("+OK\r\n");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].waited, 2 * kWait);
}

TEST(Pop3Waits, OfNoTimeAreNone) {
  Script script = pop3_script({"STAT", "NOOP"});
  script.passes[0].commands[1].wait = ThinkTime::normal(1, 0);
  Pop3Dialogue talk(pop3_plan(std::move(script)));
  talk.supply = 1;
  talk.log_in();
  EXPECT_EQ(talk.says("+OK 1 120\r\n"), "");
  EXPECT_EQ(talk.after(1), "NOOP\r\n");
}

TEST(Pop3Waits, AreForgottenOnANewConnection) {
  Pop3Dialogue talk(pop3_plan(pop3_script_with_waits()));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 1 120\r\n");
  talk.session.end(Ending::failed, kReset, talk.now());
  talk.session.restart(talk.now());
  EXPECT_EQ(talk.session.next_wake(), kNever);
  talk.supply = 1;
  ASSERT_EQ(talk.log_in(), "STAT\r\n");
  EXPECT_EQ(talk.says("+OK 1 120\r\n"), "") << "the wait begins again";
  EXPECT_EQ(talk.after(kWait), "NOOP\r\n");
}

// --- IMAP

TEST(ImapWaits, AreBetweenAnAnswerAndTheNextCommand) {
  ImapDialogue talk(imap_plan_of(4, imap_script_with_waits()));
  talk.supply = 3;
  ASSERT_EQ(talk.greet(), "A1 NOOP\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "");
  EXPECT_EQ(talk.begun, 1U) << "one user, one pass at a time";
  EXPECT_EQ(talk.session.waiting_since(), 0U);
  EXPECT_EQ(talk.says("* 5 EXISTS\r\n"), "") << "the server may speak meanwhile";
  EXPECT_EQ(talk.after(kWait), "A2 CHECK\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ended - talk.recorder.ends[0].waited - talk.recorder.ends[0].begun, 2U);
  EXPECT_EQ(talk.after(kWait), "A3 NOOP\r\n");
}

TEST(ImapWaits, EndWithTheConnection) {
  ImapDialogue talk(imap_plan_of(1, imap_script_with_waits()));
  talk.supply = 1;
  talk.greet();
  talk.says("A1 OK x\r\n");
  talk.says("* BYE idle for too long\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "closed-bye");
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST(ImapWaits, OfAConnectionAreBeforeItsGoodbye) {
  Script script = imap_script_with_waits();
  script.connection_a_pass = true;
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 1;
  talk.greet();
  talk.says("A1 OK x\r\n");
  EXPECT_EQ(talk.after(kWait), "A2 CHECK\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "");
  EXPECT_EQ(talk.after(kWait), "A3 LOGOUT\r\n");
  talk.says("* BYE x\r\nA3 OK x\r\n");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].waited, 2 * kWait);
}

TEST(ImapWaits, OfAPassThatHasFailedAreBehindItOnly) {
  ImapDialogue talk(imap_plan_of(1, imap_script_with_waits()));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("A1 NO x\r\n"), "");
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.after(kWait), "A2 NOOP\r\n");
}

// How long an IDLE lasts is the client's doing.
TEST(ImapWaits, OfAnIdleAreNoPartOfTheLatency) {
  ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE");
  idle.idle = kThink;
  ScriptCommand noop = imap_command_of(ImapCommand::noop, "NOOP");
  noop.wait = kThink;
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle, noop})));
  talk.supply = 1;
  ASSERT_EQ(talk.greet(), "A1 IDLE\r\n");
  talk.says("+ idling\r\n");
  EXPECT_EQ(talk.after(kWait), "DONE\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "") << "then the wait behind it";
  EXPECT_EQ(talk.after(kWait), "A3 NOOP\r\n");
  talk.says("A3 OK x\r\n");
  ASSERT_EQ(talk.recorder.completed(), 1U);
  const TransactionEnd& end = talk.recorder.ends[0];
  EXPECT_EQ(end.waited, 2 * kWait);
  EXPECT_EQ(end.ended - end.waited - end.begun, 3U) << "+, and two answers";
}

}  // namespace
}  // namespace backtalk::session::test
