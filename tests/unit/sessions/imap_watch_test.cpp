// SPDX-License-Identifier: Apache-2.0 OR MIT
// A session of IMAP that watches a mailbox: what it says, and what it tells of what came.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "backtalk/detail/limit_defaults.hpp"
#include "imap_dialogue.hpp"
#include "told_deliveries.hpp"

namespace backtalk::session::test {
namespace {

using testing::ElementsAre;

constexpr Nanoseconds kIdle = 1'000'000;
constexpr Nanoseconds kPoll = 1000;

class ImapWatching : public testing::Test {
 protected:
  static ScriptCommand fetch() { return imap_command_of(ImapCommand::uid_fetch, "UID FETCH {uid}:* H"); }

  ImapPlan plan() {
    ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE");
    idle.idle = ThinkTime::constant(kIdle);
    Script script = imap_script_of({idle, fetch()}, {imap_command_of(ImapCommand::examine, "EXAMINE INBOX")});
    script.passes.push_back({.name = "poll",
                             .commands = {imap_command_of(ImapCommand::noop, "NOOP"), fetch()},
                             .wait = ThinkTime::constant(kPoll)});
    ImapPlan plan = imap_plan_of(1, std::move(script));
    plan.deliveries = &log_;
    return plan;
  }

  // Up to where it waits for news in a mailbox that has so many messages.
  std::string begin(ImapDialogue& talk, std::string_view capabilities = "IMAP4rev1 IDLE", int messages = 4,
                    const std::string& codes = "* OK [UIDNEXT 50] x\r\n") {
    talk.supply = 100;
    EXPECT_EQ(talk.greet(capabilities), "A1 EXAMINE INBOX\r\n");
    return talk.says("* " + std::to_string(messages) + " EXISTS\r\n" + codes + "A1 OK x\r\n");
  }
  // The same, with the first round over that looks for what is there already.
  void begin_idling(ImapDialogue& talk) {
    ASSERT_EQ(begin(talk), "A2 IDLE\r\n");
    ASSERT_EQ(talk.says("+ x\r\n"), "DONE\r\n") << "EXISTS was news: something may have come since";
    ASSERT_EQ(talk.says("A2 OK x\r\n"), "A4 UID FETCH 50:* H\r\n");
    ASSERT_EQ(talk.says(message(4, 49, field_of(9)) + "A4 OK x\r\n"), "A5 IDLE\r\n");
    ASSERT_EQ(talk.says("+ x\r\n"), "");
    log_.told.clear();
  }

  static std::string message(int number, int uid, const std::string& header) {
    return "* " + std::to_string(number) + " FETCH (UID " + std::to_string(uid) +
           " BODY[HEADER.FIELDS (X-BACKTALK-DELIVERY)] {" + std::to_string(header.size()) + "}\r\n" + header +
           ")\r\n";
  }

  void reconnect(ImapDialogue& talk) {
    talk.session.end(Ending::failed, kReset, talk.now());
    talk.session.restart(talk.now());
    log_.told.clear();
  }

  ToldDeliveries log_;
};

TEST_F(ImapWatching, SaysFromWhenOnItIs) {
  ImapDialogue talk(plan());
  begin(talk);
  EXPECT_THAT(log_.told, ElementsAre("watching 0"));
}

TEST_F(ImapWatching, AsksForWhatHasComeAtOnce) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  EXPECT_EQ(talk.says("* 5 EXISTS\r\n"), "DONE\r\n");
  const Nanoseconds shown = talk.now();
  EXPECT_EQ(talk.says("A5 OK x\r\n"), "A7 UID FETCH 50:* H\r\n");
  EXPECT_EQ(talk.says(message(5, 50, field_of(7) + "\r\n") + "A7 OK x\r\n"), "A8 IDLE\r\n");
  EXPECT_THAT(log_.told, ElementsAre("seen 7 in 0 at " + std::to_string(shown)))
      << "when the EXISTS came, and not the FETCH";
}

TEST_F(ImapWatching, KnowsWhichExistsShowedWhichMessage) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  const std::string first = std::to_string(talk.now());
  talk.says("* 7 EXISTS\r\n");
  const std::string second = std::to_string(talk.now());
  talk.says("A5 OK x\r\n");
  talk.says(message(5, 50, field_of(1)) + message(6, 51, field_of(2)) + message(7, 52, field_of(3)));
  EXPECT_THAT(log_.told,
              ElementsAre("seen 1 in 0 at " + first, "seen 2 in 0 at " + second, "seen 3 in 0 at " + second));
}

TEST_F(ImapWatching, TrustsNoExistsOnceMessagesWereRemoved) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  talk.says("* 1 EXPUNGE\r\nA5 OK x\r\n");
  talk.says(message(4, 50, field_of(1)));
  EXPECT_THAT(log_.told, ElementsAre("seen 1 in 0 at " + std::to_string(talk.now())));
}

TEST_F(ImapWatching, AsksAgainForWhatComesMeanwhile) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  EXPECT_EQ(talk.says("* 6 EXISTS\r\n" + message(5, 50, field_of(1)) + "A7 OK x\r\n"), "A8 IDLE\r\n");
  EXPECT_EQ(talk.says("+ x\r\n"), "DONE\r\n");
  EXPECT_EQ(talk.says("A8 OK x\r\n"), "A10 UID FETCH 51:* H\r\n");
}

TEST_F(ImapWatching, ReadsEachMessageOnce) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  const std::string five = message(5, 50, field_of(1));
  talk.says(five + five + "* 5 FETCH (FLAGS (\\Seen) UID 50)\r\n* 5 FETCH (FLAGS ())\r\nA7 OK x\r\n");
  EXPECT_EQ(log_.told.size(), 1U) << "the same UID is the same message";
  talk.says("* 6 EXISTS\r\n");
  talk.says("+ x\r\n");
  talk.says("A8 OK x\r\n");
  talk.says(message(6, 51, field_of(1)));
  EXPECT_EQ(log_.told.size(), 2U) << "another UID is another copy";
}

TEST_F(ImapWatching, PassesOverWhatIsNotOfThisRun) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 9 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  talk.says(
      message(5, 50, field_of(1, kRun + 1)) + message(6, 51, "\r\n") +
      "* 7 FETCH (UID 52 BODY[HEADER.FIELDS (X-BACKTALK-DELIVERY)] NIL)\r\n" +
      message(8, 53, "X-Backtalk-Delivery: " + std::string(detail::kTinyLimits ? 20 : 5000, 'x') + "\r\n") +
      "A7 OK x\r\n");
  EXPECT_TRUE(log_.told.empty());
  talk.says("+ x\r\n");
  EXPECT_EQ(talk.after(kIdle), "DONE\r\n") << "and is asked for no more";
}

TEST_F(ImapWatching, SaysIdleAgainWhenNothingHasCome) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  EXPECT_EQ(talk.after(kIdle), "DONE\r\n");
  EXPECT_EQ(talk.says("A5 OK x\r\n"), "A7 IDLE\r\n") << "without a FETCH";
}

TEST_F(ImapWatching, AsksWithNoopWhereThereIsNoIdle) {
  ImapDialogue talk(plan());
  ASSERT_EQ(begin(talk, "IMAP4rev1", 0), "A2 NOOP\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "");
  EXPECT_EQ(log_.looks, 1);
  EXPECT_EQ(talk.after(kPoll - 1), "");
  EXPECT_EQ(talk.after(1), "A3 NOOP\r\n");
  EXPECT_EQ(talk.says("* 1 EXISTS\r\nA3 OK x\r\n"), "A4 UID FETCH 50:* H\r\n");
  const std::string shown = std::to_string(talk.now());
  EXPECT_EQ(talk.says(message(1, 50, field_of(4)) + "A4 OK x\r\n"), "");
  EXPECT_THAT(log_.told, ElementsAre("watching 0", "seen 4 in 0 at " + shown));
  EXPECT_EQ(talk.recorder.notes.size(), 1U) << "the reader must know of it";
}

// A FETCH that was not answered to its end is made again, and what it has told is not told again.
TEST_F(ImapWatching, GoesOnWhereItWasOnANewConnection) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  talk.says(message(5, 50, field_of(1)));
  reconnect(talk);
  EXPECT_EQ(begin(talk, "IMAP4rev1 IDLE", 6, "* OK [UIDNEXT 52] x\r\n"), "A2 IDLE\r\n");
  talk.says("+ x\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "A4 UID FETCH 50:* H\r\n");
  talk.says(message(5, 50, field_of(1)) + message(6, 51, field_of(2)) + "A4 OK x\r\n");
  EXPECT_THAT(log_.told, ElementsAre("watching 0", testing::StartsWith("seen 2 in 0")));
}

// RFC 9051 7: a server may name messages in any order.
TEST_F(ImapWatching, TakesMessagesInAnyOrder) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  const std::string first = std::to_string(talk.now());
  talk.says("* 7 EXISTS\r\n");
  const std::string second = std::to_string(talk.now());
  talk.says("A5 OK x\r\n");
  talk.says(message(7, 52, field_of(3)) + message(5, 50, field_of(1)) + message(6, 51, field_of(2)) +
            message(7, 52, field_of(3)) + "A7 OK x\r\n");
  EXPECT_THAT(log_.told,
              ElementsAre("seen 3 in 0 at " + second, "seen 1 in 0 at " + first, "seen 2 in 0 at " + second));
  talk.says("+ x\r\n* 8 EXISTS\r\n");
  EXPECT_EQ(talk.says("A8 OK x\r\n"), "A10 UID FETCH 53:* H\r\n");
}

TEST_F(ImapWatching, IsNotLedAstrayByAnswersThatNobodyAskedFor) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  talk.says(message(1, 2'000'000'000, "\r\n") + message(5, 50, field_of(1)) + "A7 OK x\r\n");
  EXPECT_EQ(log_.told.size(), 1U);
  talk.says("+ x\r\n* 6 EXISTS\r\n");
  EXPECT_EQ(talk.says("A8 OK x\r\n"), "A10 UID FETCH 51:* H\r\n");
}

TEST_F(ImapWatching, AsksAgainForWhatWasRefused) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 5 EXISTS\r\n");
  ASSERT_EQ(talk.says("A5 OK x\r\n"), "A7 UID FETCH 50:* H\r\n");
  log_.through = 0;
  ASSERT_EQ(talk.says("A7 NO [LIMIT] later\r\n"), "A8 IDLE\r\n");
  EXPECT_EQ(log_.through, 0U) << "nobody knows what is there";
  EXPECT_EQ(talk.says("+ x\r\n"), "") << "not at once: it may be refused again";
  EXPECT_EQ(talk.after(kIdle), "DONE\r\n");
  EXPECT_EQ(talk.says("A8 OK x\r\n"), "A10 UID FETCH 50:* H\r\n");
  talk.says(message(5, 50, field_of(1)) + "A10 OK x\r\n");
  EXPECT_EQ(log_.told.size(), 1U);
  EXPECT_GT(log_.through, 0U);
}

TEST_F(ImapWatching, SaysWhenTheMailboxWasLookedThrough) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  log_.through = 0;
  talk.after(kIdle);
  EXPECT_EQ(log_.through, 0U) << "DONE is not answered yet";
  talk.says("A5 OK x\r\n");
  EXPECT_EQ(log_.through, talk.now());
}

TEST_F(ImapWatching, ReadsAMailboxAnewThatIsAnother) {
  for (const std::string& codes : {std::string("* OK [UIDVALIDITY 2] x\r\n* OK [UIDNEXT 90] x\r\n"),
                                   std::string("* OK [UIDNEXT 3] x\r\n")}) {
    log_ = {};
    ImapDialogue talk(plan());
    begin(talk, "IMAP4rev1 IDLE", 0, "* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 50] x\r\n");
    talk.says("+ x\r\n* 1 EXISTS\r\n");
    ASSERT_EQ(talk.says("A2 OK x\r\n"), "A4 UID FETCH 50:* H\r\n");
    talk.says(message(1, 50, field_of(1)) + "A4 OK x\r\n");
    reconnect(talk);
    EXPECT_EQ(begin(talk, "IMAP4rev1 IDLE", 2, codes), "A2 IDLE\r\n");
    talk.says("+ x\r\n");
    EXPECT_EQ(talk.says("A2 OK x\r\n"), "A4 UID FETCH 1:* H\r\n");
    talk.says(message(1, 1, field_of(1)) + message(2, 2, field_of(2)) + "A4 OK x\r\n");
    EXPECT_THAT(log_.told, ElementsAre("watching 0", "found 1 in 0", "found 2 in 0"));
  }
}

TEST_F(ImapWatching, BelievesNoCountThatShrinksAgain) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.says("* 4294967295 EXISTS\r\n");
  talk.says("* 5 EXISTS\r\nA5 OK x\r\n");
  talk.says(message(5, 50, field_of(1)));
  EXPECT_THAT(log_.told, ElementsAre("seen 1 in 0 at " + std::to_string(talk.now())));
}

// The driver has nothing to begin any more.
TEST_F(ImapWatching, LooksOnceMoreBeforeItLeaves) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  talk.supply = 0;
  talk.session.finish();
  EXPECT_LE(talk.session.next_wake(), talk.now());
  EXPECT_EQ(talk.after(1), "DONE\r\n");
  EXPECT_EQ(talk.says("* 5 EXISTS\r\nA5 OK x\r\n"), "A7 UID FETCH 50:* H\r\n");
  EXPECT_EQ(talk.says(message(5, 50, field_of(1)) + "A7 OK x\r\n"), "A8 LOGOUT\r\n");
  EXPECT_EQ(log_.told.size(), 1U);
}

TEST_F(ImapWatching, HoldsWhateverTheServerCounts) {
  ImapDialogue talk(plan());
  begin_idling(talk);
  std::string flood;
  for (int i = 0; i < 2000; ++i) flood += "* " + std::to_string(5 + i) + " EXISTS\r\n";
  talk.says(flood + "* 0 EXISTS\r\n* 18446744073709551615 EXISTS\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n");
  talk.says("A5 OK x\r\n");
  talk.says("* 1 FETCH (UID 4294967295 BODY[] \"x\")\r\n* 1 FETCH (UID 0 BODY[] \"x\")\r\n" +
            message(2000, 60, field_of(1)));
  EXPECT_EQ(log_.told.size(), 1U);
}

}  // namespace
}  // namespace backtalk::session::test
