// SPDX-License-Identifier: Apache-2.0 OR MIT
// What comes during IDLE (RFC 2177), and in which part of a script it stands.
#include <gtest/gtest.h>

#include <string>

#include "imap_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using Reasons = std::vector<std::string>;

constexpr Nanoseconds kIdle = 1000;

ScriptCommand idle_command(std::vector<std::string> untagged = {}) {
  ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE", std::move(untagged));
  idle.idle = ThinkTime::constant(kIdle);
  idle.source_line = 5;
  return idle;
}

// The time of the IDLE is up; what the client says is returned.
std::string wake(ImapDialogue& talk) {
  talk.session.wake(talk.session.next_wake());
  return talk.client();
}

TEST(ImapIdleData, IsAskedForUntilTheAnswerToDone) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 1;
  ASSERT_EQ(talk.greet(), "A1 IDLE\r\n");
  talk.says("+ idling\r\n* 4 EXISTS\r\n");
  EXPECT_EQ(wake(talk), "DONE\r\n");
  talk.says("* 5 EXISTS\r\n");
  EXPECT_EQ(talk.recorder.unasked, 0);
  talk.says("A1 OK x\r\n* 6 EXISTS\r\n");
  EXPECT_EQ(talk.recorder.unasked, 1) << "nothing is in flight any more";
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(ImapIdleData, CountsFromTheIdleOnAndNotFromItsDone) {
  for (const bool comes : {true, false}) {
    ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command({"EXISTS"})})));
    talk.supply = 1;
    talk.greet();
    talk.says(comes ? "+ idling\r\n* 4 EXISTS\r\n" : "+ idling\r\n* 4 RECENT\r\n");
    wake(talk);
    talk.says("A1 OK x\r\n");
    ASSERT_EQ(talk.recorder.ends.size(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].reason, comes ? "" : "script-unexpected-reply");
  }
}

// Nothing waits for an answer then, and still the IDLE is in progress.
TEST(ImapIdleData, HasWordsThatAreKept) {
  ScriptCommand idle = idle_command({"EXISTS"});
  idle.captures = {{.slot = 0, .word = 2, .untagged = "EXISTS"}};
  ScriptCommand fetch = imap_command_of(ImapCommand::fetch, "FETCH ");
  fetch.line.append_captured(0);
  for (const std::string_view comes : {"before DONE", "before DONE goes out", "after DONE"}) {
    Script script = imap_script_of({idle, fetch});
    script.capture_slots = 1;
    ImapDialogue talk(imap_plan_of(1, std::move(script)));
    talk.supply = 1;
    talk.greet();
    talk.says("+ idling\r\n");
    if (comes == "before DONE") talk.says("* 17 EXISTS\r\n");
    talk.session.wake(talk.session.next_wake());
    if (comes == "before DONE goes out") talk.session.consume("* 17 EXISTS\r\n", talk.now());
    EXPECT_EQ(talk.client(), "DONE\r\n");
    if (comes == "after DONE") talk.says("* 17 EXISTS\r\n");
    EXPECT_EQ(talk.says("A1 OK x\r\n"), "A3 FETCH 17\r\n") << comes;
  }
}

TEST(ImapIdleData, OfAPassIsNotTheConnections) {
  ScriptCommand idle = idle_command({"EXISTS"});
  idle.captures = {{.slot = 0, .word = 2, .untagged = "EXISTS"}};
  ScriptCommand fetch = imap_command_of(ImapCommand::fetch, "FETCH ");
  fetch.line.append_captured(0);
  Script script = imap_script_of({fetch}, {idle});
  script.capture_slots = 1;
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 IDLE\r\n");
  talk.says("+ idling\r\n* 17 EXISTS\r\n");
  wake(talk);
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A3 FETCH 17\r\n") << "what is kept once is for all passes";
}

// --- Before the first pass there is no transaction to blame

class IdleBeforePasses : public testing::Test {
 protected:
  void SetUp() override {
    talk.supply = 1;
    ASSERT_EQ(talk.greet(), "A1 IDLE\r\n");
    EXPECT_FALSE(talk.session.ready());
  }
  void expect_failure(const char* name) {
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.recorder.failures, Reasons{name});
    EXPECT_EQ(talk.session.next_wake(), kNever);
    EXPECT_EQ(talk.begun, 0U);
  }
  ImapDialogue talk{
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")}, {idle_command()}))};
};

TEST_F(IdleBeforePasses, ThePassesFollowIt) {
  EXPECT_EQ(talk.says("+ idling\r\n"), "");
  EXPECT_EQ(wake(talk), "DONE\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A3 NOOP\r\n");
}

TEST_F(IdleBeforePasses, ARefusalFailsTheConnection) {
  talk.says("A1 NO x\r\n");
  expect_failure("reply-no");
}

TEST_F(IdleBeforePasses, ARefusalWhileItLastsFailsTheConnection) {
  talk.says("+ idling\r\n");
  talk.says("A1 BAD x\r\n");
  expect_failure("reply-bad");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].command, "IDLE");
  EXPECT_EQ(talk.recorder.said[0].text, "A1 BAD x");
  EXPECT_EQ(talk.recorder.said[0].script_line, 5U);
}

TEST_F(IdleBeforePasses, GoodbyeWhileItLastsFailsTheConnection) {
  talk.says("+ idling\r\n");
  talk.says("* BYE autologout\r\n");
  expect_failure("closed-bye");
}

// --- What the server may do while it lasts

TEST(ImapIdleEnds, AnswerThatCannotBeReadEndsItUnderItsName) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 2;
  talk.greet();
  talk.says("+ idling\r\n");
  EXPECT_EQ(talk.says("A1 FINE x\r\n"), "A2 IDLE\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-bad-condition");
}

TEST(ImapIdleEnds, ASecondGoIsNotAskedFor) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 1;
  talk.greet();
  talk.says("+ idling\r\n+ idling\r\n");
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "protocol-unasked-continuation");
  EXPECT_EQ(talk.session.next_wake(), kNever) << "no session that is over is woken";
}

TEST(ImapIdleEnds, AnAnswerAfterItsOwnIsOneTooMany) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 2;
  talk.greet();
  talk.says("+ idling\r\n");
  wake(talk);
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A3 IDLE\r\n");
  talk.says("A1 OK x\r\n");
  EXPECT_EQ(talk.recorder.ends.at(1).reason, "protocol-answered-twice");
}

TEST(ImapIdleEnds, ARefusalToDoneFailsThePass) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 2;
  talk.greet();
  talk.says("+ idling\r\n");
  wake(talk);
  EXPECT_EQ(talk.says("A1 BAD x\r\n"), "A3 IDLE\r\n");
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "reply-bad");
  EXPECT_EQ(talk.recorder.statuses["DONE"]["BAD"], 1);
}

TEST(ImapIdleEnds, ByTheRunsEndAreSilent) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({idle_command()})));
  talk.supply = 1;
  talk.greet();
  talk.says("+ idling\r\n");
  talk.session.end(Ending::unfinished, {}, talk.now());
  EXPECT_EQ(talk.session.next_wake(), kNever);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::unfinished);
}

}  // namespace
}  // namespace backtalk::session::test
