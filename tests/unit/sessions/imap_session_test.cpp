// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "imap_dialogue.hpp"

namespace backtalk::session::test {
namespace {

ImapPlan login_plan(std::string user = "SMITH", std::string password = "SESAME") {
  ImapPlan plan = noop_plan(1);
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = std::move(user), .password = std::move(password)}};
  return plan;
}

// RFC 3501 8, as far as it is not the script's: greeting, login, SELECT, FETCH, STORE, LOGOUT.
TEST(ImapSession, HoldsTheConversationOfTheRfc) {
  ImapPlan plan = imap_plan_of(
      1, imap_script_of({imap_command_of(ImapCommand::fetch, "fetch 12 full", {"FETCH"}),
                         imap_command_of(ImapCommand::fetch, "fetch 12 body[header]", {"FETCH"}),
                         imap_command_of(ImapCommand::store, "store 12 +flags \\deleted", {"FETCH"})},
                        {imap_command_of(ImapCommand::select, "select inbox", {"EXISTS", "FLAGS"})}));
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "mrc", .password = "secret"}};
  ImapDialogue talk(std::move(plan));
  talk.supply = 1;
  EXPECT_EQ(talk.says("* OK IMAP4rev1 Service Ready\r\n"), "A1 CAPABILITY\r\n");
  EXPECT_EQ(talk.says("* CAPABILITY IMAP4rev1\r\nA1 OK done\r\n"), "A2 LOGIN mrc secret\r\n");
  EXPECT_EQ(talk.says("A2 OK [CAPABILITY IMAP4rev1] LOGIN completed\r\n"), "A3 select inbox\r\n");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("* 18 EXISTS\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
                      "* 2 RECENT\r\n* OK [UNSEEN 17] Message 17 is the first unseen message\r\n"
                      "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"),
            "");
  EXPECT_EQ(talk.says("A3 OK [READ-WRITE] SELECT completed\r\n"), "A4 fetch 12 full\r\n");
  EXPECT_EQ(talk.says("* 12 FETCH (FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" "
                      "RFC822.SIZE 4286)\r\nA4 OK FETCH completed\r\n"),
            "A5 fetch 12 body[header]\r\n");
  EXPECT_EQ(talk.says("* 12 FETCH (BODY[HEADER] {17}\r\nSubject: a (b\r\n\r\n)\r\nA5 OK FETCH completed\r\n"),
            "A6 store 12 +flags \\deleted\r\n");
  EXPECT_TRUE(talk.recorder.ends.empty());
  talk.says("* 12 FETCH (FLAGS (\\Seen \\Deleted))\r\nA6 OK +FLAGS completed\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  talk.session.finish();
  EXPECT_EQ(talk.client(), "A7 LOGOUT\r\n");
  EXPECT_EQ(talk.says("* BYE IMAP4rev1 server terminating connection\r\nA7 OK LOGOUT completed\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_TRUE(talk.recorder.said.empty());
  EXPECT_EQ(talk.recorder.unasked, 0);
  EXPECT_EQ(talk.recorder.accepted["FETCH"], 2);
  EXPECT_EQ(talk.recorder.statuses["LOGIN"]["OK"], 1);
}

// --- Greeting and login

TEST(ImapGreeting, CapabilitiesInItSaveTheCommand) {
  ImapDialogue talk(login_plan());
  EXPECT_EQ(talk.greet(), "A1 LOGIN SMITH SESAME\r\n");
  // What a server can do for a user may be more: it is asked unless it says so.
  EXPECT_EQ(talk.says("A1 OK done\r\n"), "A2 CAPABILITY\r\n");
  EXPECT_FALSE(talk.session.ready());
  talk.says("* CAPABILITY IMAP4rev1 LITERAL+\r\nA2 OK done\r\n");
  EXPECT_TRUE(talk.session.ready());
}

TEST(ImapGreeting, UntaggedCapabilitiesBeforeTheAnswerToLoginCountToo) {  // Dovecot, Courier
  ImapDialogue talk(login_plan());
  talk.greet();
  EXPECT_EQ(talk.says("* CAPABILITY IMAP4rev1\r\nA1 OK done\r\n"), "");
  EXPECT_TRUE(talk.session.ready());
}

TEST(ImapGreeting, CapabilitiesWithoutAnyTellNothing) {
  ImapDialogue talk(login_plan());
  EXPECT_EQ(talk.says("* OK [CAPABILITY] x\r\n"), "A1 CAPABILITY\r\n");
  EXPECT_EQ(talk.says("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* CAPABILITY\r\nA1 OK x\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-missing"}) << "the first is not forgotten";
}

TEST(ImapGreeting, OtherCodesTellNoCapabilities) {
  ImapDialogue talk(login_plan());
  EXPECT_EQ(talk.says("* OK [X-OTHER IMAP4rev1 LOGINDISABLED] x\r\n"), "A1 CAPABILITY\r\n");
}

// A note is for who has asked for logins.
TEST(ImapGreeting, PreauthIsNoSurpriseWithoutALogin) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  EXPECT_EQ(talk.says("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"), "A1 NOOP\r\n");
  EXPECT_TRUE(talk.recorder.notes.empty());
}

TEST(ImapGreeting, PreauthNeedsNoLogin) {
  ImapDialogue talk(login_plan());
  talk.supply = 1;
  EXPECT_EQ(talk.says("* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n"), "A1 NOOP\r\n");
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_EQ(talk.recorder.statuses["GREETING"]["PREAUTH"], 1);
}

TEST(ImapLogin, QuotesWhatIsNoAtom) {
  ImapDialogue talk(login_plan("a b", "p\"w\\"));
  EXPECT_EQ(talk.greet(), "A1 LOGIN \"a b\" \"p\\\"w\\\\\"\r\n");
}

TEST(ImapLogin, WaitsForTheGoOfEachLiteral) {
  ImapDialogue talk(login_plan("\xE9", "\xFCx"));
  EXPECT_EQ(talk.greet(), "A1 LOGIN {1}\r\n");
  EXPECT_EQ(talk.says("+ go\r\n"), "\xE9 {2}\r\n");
  EXPECT_EQ(talk.says("+ \r\n"), "\xFCx\r\n");
  talk.says("A1 OK [CAPABILITY IMAP4rev1] in\r\n");
  EXPECT_TRUE(talk.session.ready());
}

TEST(ImapLogin, SendsLiteralsAtOnceIfTheServerTakesThem) {
  for (const std::string_view offer : {"IMAP4rev1 LITERAL+", "IMAP4rev1 LITERAL-", "IMAP4rev2"}) {
    ImapDialogue talk(login_plan("\xE9", "x"));
    EXPECT_EQ(talk.greet(offer), "A1 LOGIN {1+}\r\n\xE9 x\r\n") << offer;
  }
}

// A timeout counts from what the server answers last.
TEST(ImapLogin, TheTimeOfEachPartCounts) {
  ImapDialogue talk(login_plan("\xE9", "\xFCx"));
  talk.greet();
  for (const std::string_view go : {"+ go\r\n", "+ \r\n"}) {
    EXPECT_NE(talk.says(go), "");
    EXPECT_EQ(talk.session.waiting_since(), talk.now());
    EXPECT_EQ(talk.session.asked_since(), 2U) << "when LOGIN went out";
  }
}

TEST(ImapLogin, ARefusedLiteralEndsTheLogin) {
  ImapDialogue talk(login_plan("\xE9", "x"));
  talk.greet();
  EXPECT_EQ(talk.says("A1 BAD no literals\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-refused"});
}

TEST(ImapLogin, ARefusalFailsTheConnection) {
  ImapDialogue talk(login_plan());
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("A1 NO [AUTHENTICATIONFAILED] wrong\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-refused"});
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0], (Said{.name = "auth-refused",
                                         .command = "LOGIN",
                                         .status = "NO",
                                         .text = "A1 NO [AUTHENTICATIONFAILED] wrong",
                                         .offset = 35}));
  EXPECT_EQ(talk.begun, 0U);
}

TEST(ImapLogin, IsNotSaidToAServerThatDisablesIt) {
  ImapDialogue talk(login_plan());
  EXPECT_EQ(talk.greet("IMAP4rev1 STARTTLS LOGINDISABLED"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-missing"});
}

// --- Pipelining

TEST(ImapPipeline, AnswersAreMatchedByTag) {
  ImapDialogue talk(noop_plan(3));
  talk.supply = 3;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\nA2 NOOP\r\nA3 NOOP\r\n");
  const Nanoseconds sent = talk.now();
  talk.says("A3 OK c\r\n");
  talk.says("A2 OK b\r\n");
  talk.says("A1 OK a\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 3U);
  // Each has its own latency: the third was answered first.
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(talk.recorder.ends[i].ticket.number, 2 - i);
    EXPECT_EQ(talk.recorder.ends[i].ended, sent + 1 + i);
    EXPECT_EQ(talk.recorder.latencies[i + 1], 1 + i);  // behind the greeting's
  }
  EXPECT_EQ(talk.recorder.completed(), 3U);
}

TEST(ImapPipeline, RoomIsMadeByAnyAnswer) {
  ImapDialogue talk(noop_plan(2));
  talk.supply = 100;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\nA2 NOOP\r\n");
  // The first is never answered; the others go on as far as the session can tell them apart.
  std::string said;
  unsigned tag = 2;
  while (!(said = talk.says("A" + std::to_string(tag) + " OK x\r\n")).empty()) {
    ++tag;
    EXPECT_EQ(said, "A" + std::to_string(tag) + " NOOP\r\n");
  }
  EXPECT_EQ(tag, 8U) << "four times the depth";
  EXPECT_EQ(talk.says("A1 OK at last\r\n"), "A9 NOOP\r\nA10 NOOP\r\n");
}

TEST(ImapPipeline, AFailedPassSaysNothingMore) {
  ImapDialogue talk(imap_plan_of(2, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"),
                                                    imap_command_of(ImapCommand::check, "CHECK")})));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\n");
  EXPECT_EQ(talk.says("A1 NO [SERVERBUG] sorry\r\n"), "A2 NOOP\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
  EXPECT_EQ(talk.says("A2 BAD what\r\n"), "");
  EXPECT_EQ(talk.recorder.ends[1].reason, "reply-bad");
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_EQ(talk.recorder.refused["NOOP"], 2);
}

TEST(ImapPipeline, TheNextPassRidesBehindTheLastCommand) {
  ImapDialogue talk(imap_plan_of(4, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"),
                                                    imap_command_of(ImapCommand::check, "CHECK")})));
  talk.supply = 3;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\n");
  EXPECT_EQ(talk.says("A1 OK\r\n"), "A2 CHECK\r\n");
  EXPECT_EQ(talk.client(), "A3 NOOP\r\n");
  EXPECT_EQ(talk.says("A3 OK x\r\n"), "A4 CHECK\r\n");
  talk.says("A2 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// Another connection may have room for it.
TEST(ImapPipeline, WhatWouldOnlyWaitIsNotBegun) {
  ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE");
  for (const ScriptCommand& command : {idle, imap_command_of(ImapCommand::copy, "COPY 1 x"),
                                       imap_command_of(ImapCommand::select, "SELECT x")}) {
    ImapDialogue talk(imap_plan_of(4, imap_script_of({command})));
    talk.supply = 4;
    talk.greet();
    EXPECT_EQ(talk.begun, 1U);
    EXPECT_EQ(talk.session.room(), 0U);
  }
  for (const ScriptCommand& command : {imap_command_of(ImapCommand::fetch, "FETCH 1 UID"),
                                       imap_command_of(ImapCommand::uid_search, "UID SEARCH ALL")}) {
    ImapDialogue talk(imap_plan_of(4, imap_script_of({command})));
    talk.supply = 4;
    talk.greet();
    EXPECT_EQ(talk.begun, 4U);
  }
}

// How many may begin, by how many commands the longest pass has and how many are in flight.
TEST(ImapPipeline, RoomIsWhatCanGoOut) {
  ImapDialogue lone(noop_plan(3));
  EXPECT_EQ(lone.session.room(), 0U);
  lone.greet();
  EXPECT_EQ(lone.session.room(), 3U);
  lone.supply = 2;
  EXPECT_EQ(lone.client(), "A1 NOOP\r\nA2 NOOP\r\n");
  EXPECT_EQ(lone.session.room(), 1U);
  lone.supply = 1;
  lone.client();
  EXPECT_EQ(lone.session.room(), 0U);
  lone.says("A2 OK x\r\n");
  EXPECT_EQ(lone.session.room(), 1U);
  lone.session.finish();
  EXPECT_EQ(lone.session.room(), 0U);

  ImapDialogue pair(imap_plan_of(3, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"),
                                                    imap_command_of(ImapCommand::check, "CHECK")})));
  pair.greet();
  EXPECT_EQ(pair.session.room(), 1U) << "one at a time, as the next may begin only behind the last command";
  pair.supply = 1;
  pair.client();
  EXPECT_EQ(pair.session.room(), 0U);
  EXPECT_EQ(pair.says("A1 OK x\r\n"), "A2 CHECK\r\n");
  EXPECT_EQ(pair.session.room(), 1U);
}

TEST(ImapPipeline, NumbersHaveNoRoomBehindWhatMayMoveThem) {
  ImapDialogue talk(imap_plan_of(4, imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH 1 UID"),
                                                    imap_command_of(ImapCommand::noop, "NOOP")})));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A2 NOOP\r\n");
  EXPECT_EQ(talk.session.room(), 0U);
  talk.says("A2 OK x\r\n");
  EXPECT_EQ(talk.session.room(), 1U);
}

TEST(ImapPipeline, ThatNumbersWaitIsNotedOnce) {
  ScriptCommand fetch = imap_command_of(ImapCommand::fetch, "FETCH 1 UID");
  fetch.pipelined = true;
  ImapDialogue talk(imap_plan_of(4, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"), fetch})));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A2 FETCH 1 UID\r\n");
  EXPECT_EQ(talk.client(), "A3 NOOP\r\n");
  talk.says("A2 OK x\r\nA3 OK x\r\n");
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("message numbers"), std::string::npos);

  ImapDialogue other(
      imap_plan_of(4, imap_script_of({imap_command_of(ImapCommand::search, "SEARCH ALL"), fetch})));
  other.supply = 1;
  other.greet();
  EXPECT_TRUE(other.recorder.notes.empty());
}

TEST(ImapPipeline, APassMaySendItsCommandsTogether) {
  ScriptCommand check = imap_command_of(ImapCommand::check, "CHECK");
  check.pipelined = true;
  for (const unsigned depth : {1U, 2U}) {
    ImapDialogue talk(
        imap_plan_of(depth, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"), check})));
    talk.supply = 1;
    EXPECT_EQ(talk.greet(), depth == 1 ? "A1 NOOP\r\n" : "A1 NOOP\r\nA2 CHECK\r\n");
  }
}

// --- Ambiguities: the examples of RFC 3501 5.5

struct Order {
  ImapCommand first;
  std::string_view first_line;
  ImapCommand second;
  std::string_view second_line;
  bool together;
};

void PrintTo(const Order& order, std::ostream* out) {
  *out << order.first_line << " + " << order.second_line;
}

class InProgress : public testing::TestWithParam<Order> {};

TEST_P(InProgress, Together) {
  const Order& order = GetParam();
  ScriptCommand second = imap_command_of(order.second, order.second_line);
  second.pipelined = true;
  ImapDialogue talk(
      imap_plan_of(8, imap_script_of({imap_command_of(order.first, order.first_line), second})));
  talk.supply = 1;
  const std::string first = "A1 " + std::string(order.first_line) + "\r\n";
  const std::string other = "A2 " + std::string(order.second_line) + "\r\n";
  EXPECT_EQ(talk.greet(), order.together ? first + other : first);
  EXPECT_EQ(talk.says("A1 OK x\r\n"), order.together ? "" : other);
}

using C = ImapCommand;
INSTANTIATE_TEST_SUITE_P(
    Rfc, InProgress,
    testing::Values(Order{C::fetch, "FETCH 1 FLAGS", C::store, "STORE 1 FLAGS ()", true},
                    Order{C::store, "STORE 1 FLAGS ()", C::search, "SEARCH ALL", true},
                    Order{C::search, "SEARCH ALL", C::check, "CHECK", true},
                    Order{C::store, "STORE 1 FLAGS ()", C::copy, "COPY 1 x", true},
                    Order{C::copy, "COPY 1 x", C::expunge, "EXPUNGE", true},
                    Order{C::noop, "NOOP", C::store, "STORE 1 FLAGS ()", false},
                    Order{C::copy, "COPY 1 x", C::fetch, "FETCH 1 FLAGS", false},
                    Order{C::copy, "COPY 1 x", C::copy, "COPY 2 x", false},
                    Order{C::check, "CHECK", C::fetch, "FETCH 1 FLAGS", false},
                    Order{C::uid_search, "UID SEARCH ALL", C::uid_search, "UID SEARCH UNSEEN", true},
                    Order{C::uid_search, "UID SEARCH ALL", C::uid_search, "UID SEARCH NOT 1:5", false},
                    Order{C::uid_fetch, "UID FETCH 1 FLAGS", C::fetch, "FETCH 1 FLAGS", false},
                    Order{C::uid_fetch, "UID FETCH 1 FLAGS", C::uid_fetch, "UID FETCH 2 FLAGS", true},
                    Order{C::noop, "NOOP", C::select, "SELECT x", false},
                    Order{C::select, "SELECT x", C::noop, "NOOP", false},
                    Order{C::close, "CLOSE", C::noop, "NOOP", false}));

TEST(ImapOrder, NumbersAmongSearchKeys) {
  EXPECT_TRUE(has_message_numbers("UID SEARCH 2,4:7"));
  EXPECT_TRUE(has_message_numbers("UID SEARCH OR (SEEN 1:*) UNSEEN"));
  EXPECT_TRUE(has_message_numbers("UID SEARCH *"));
  EXPECT_FALSE(has_message_numbers("UID SEARCH UID 2,4:7"));
  EXPECT_FALSE(has_message_numbers("UID SEARCH LARGER 100 SMALLER 200"));
  EXPECT_FALSE(has_message_numbers("UID SEARCH ALL"));
  EXPECT_FALSE(has_message_numbers(""));
}

// --- Literals

ScriptCommand append_of_message() {
  ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND saved (\\Seen) ");
  append.literals.push_back({.message = true, .content = {}, .rest = {}});
  return append;
}

ImapPlan append_plan(unsigned depth, std::string_view message) {
  ImapPlan plan = imap_plan_of(depth, imap_script_of({append_of_message()}));
  plan.message = make_wire_message(message);
  return plan;
}

TEST(ImapAppend, WaitsForTheGo) {  // RFC 3501 6.3.11
  ImapDialogue talk(append_plan(1, "Subject: x\r\n\r\nHello Joe\r\n"));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 APPEND saved (\\Seen) {25}\r\n");
  EXPECT_EQ(talk.says("+ Ready for literal data\r\n"), "Subject: x\r\n\r\nHello Joe\r\n\r\n");
  talk.says("A1 OK APPEND completed\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(ImapAppend, GoesOutAtOnceWithLiteralPlus) {
  ImapDialogue talk(append_plan(2, "x\r\n"));
  talk.supply = 2;
  EXPECT_EQ(talk.greet("IMAP4rev1 LITERAL+"),
            "A1 APPEND saved (\\Seen) {3+}\r\nx\r\n\r\nA2 APPEND saved (\\Seen) {3+}\r\nx\r\n\r\n");
}

TEST(ImapAppend, WithLiteralMinusOnlyShortOnesGoOutAtOnce) {  // RFC 7888 5
  ImapDialogue talk(append_plan(1, std::string(4095, 'x')));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("IMAP4rev1 LITERAL-"), "A1 APPEND saved (\\Seen) {4097}\r\n");
  ImapDialogue other(append_plan(1, std::string(4094, 'x')));
  other.supply = 1;
  EXPECT_EQ(other.greet("IMAP4rev1 LITERAL-").substr(0, 32), "A1 APPEND saved (\\Seen) {4096+}\r");
}

// RFC 7888 5: 4096 octets go out at once, so the command need not be alone; one more waits for "+".
TEST(ImapAppend, OneThatMayWaitIsInProgressAlone) {
  for (const std::size_t octets : {4096U, 4097U}) {
    ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND x ");
    append.pipelined = true;
    append.literals.emplace_back();
    append.literals.back().content = CommandTemplate(std::string(octets, 'x'), {});
    ScriptCommand noop = imap_command_of(ImapCommand::noop, "NOOP");
    for (const bool together : {true, false}) {
      const std::string_view offer = together ? "IMAP4rev1 LITERAL+" : "IMAP4rev1 LITERAL-";
      ImapDialogue talk(imap_plan_of(4, imap_script_of({noop, append})));
      talk.supply = 1;
      const std::string said = talk.greet(offer);
      EXPECT_EQ(said.size() > 10, together || octets == 4096) << octets << offer;
    }
    ImapDialogue talk(imap_plan_of(4, imap_script_of({noop, append})));
    talk.supply = 1;
    EXPECT_EQ(talk.greet(), "A1 NOOP\r\n") << "without an offer each literal waits";
  }
}

TEST(ImapAppend, OneThatWaitsForTheGoIsInProgressAlone) {
  ImapDialogue talk(append_plan(4, "x\r\n"));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "A1 APPEND saved (\\Seen) {3}\r\n");
  EXPECT_EQ(talk.says("+ go\r\n"), "x\r\n\r\n");
  EXPECT_EQ(talk.says("A1 OK done\r\n"), "A2 APPEND saved (\\Seen) {3}\r\n");
}

TEST(ImapAppend, ARefusedLiteralIsNotSent) {
  ImapDialogue talk(append_plan(1, "x\r\n"));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("A1 NO [TRYCREATE] no such mailbox\r\n"), "A2 APPEND saved (\\Seen) {3}\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
}

TEST(ImapAppend, TheTimeOfItsContentCounts) {
  ImapDialogue talk(append_plan(1, "x\r\n"));
  talk.supply = 1;
  talk.greet();
  const Nanoseconds asked = talk.now();
  talk.says("+ go\r\n");
  EXPECT_EQ(talk.session.waiting_since(), talk.now());
  EXPECT_EQ(talk.session.asked_since(), asked);
}

TEST(ImapAppend, ALongMessageGoesOutInPieces) {
  ImapDialogue talk(append_plan(1, std::string(100'000, 'x')));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("+ go\r\n").size(), 100'002U + 2);
}

TEST(ImapAppend, ACopyCanHaveAHeaderFieldOfItsOwn) {
  ImapPlan plan = append_plan(1, "Subject: x\r\n\r\nHello\r\n");
  plan.stamp = CommandTemplate("X-Copy: {random}", {CommandTemplate::Field::random});
  ImapDialogue talk(std::move(plan));
  talk.supply = 2;
  talk.greet();
  std::string first = talk.says("+ go\r\n");
  EXPECT_EQ(first.size(), 47U + 2) << first;
  EXPECT_EQ(first.substr(0, 8), "X-Copy: ");
  EXPECT_EQ(first.substr(24), "\r\nSubject: x\r\n\r\nHello\r\n\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A2 APPEND saved (\\Seen) {47}\r\n");
  EXPECT_NE(talk.says("+ go\r\n"), first);
}

TEST(ImapLiterals, HaveTheOctetsThatTheyAnnounce) {
  ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH CHARSET UTF-8 TEXT ");
  search.literals.emplace_back();
  search.literals.back().content = CommandTemplate("m{n}\xC3\xA9", {CommandTemplate::Field::number});
  search.literals.back().rest = CommandTemplate(" FROM ", {});
  search.literals.emplace_back();
  search.literals.back().content.append_lines("a\r\nb");
  search.literals.back().rest = CommandTemplate(" UNSEEN", {});
  ImapDialogue talk(imap_plan_of(1, imap_script_of({search})));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 SEARCH CHARSET UTF-8 TEXT {4}\r\n");
  EXPECT_EQ(talk.says("+ \r\n"), "m0\xC3\xA9 FROM {4}\r\n");
  EXPECT_EQ(talk.says("+ \r\n"), "a\r\nb UNSEEN\r\n");
}

TEST(ImapLiterals, TheTimeOfEachPartCounts) {
  ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH TEXT ");
  search.literals.emplace_back();
  search.literals.back().content = CommandTemplate("x", {});
  search.literals.push_back(search.literals.back());
  ImapDialogue talk(imap_plan_of(1, imap_script_of({search})));
  talk.supply = 1;
  talk.greet();
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(talk.says("+ \r\n"), "");
    EXPECT_EQ(talk.session.waiting_since(), talk.now());
  }
}

// --- IDLE (RFC 2177)

class Idle : public testing::Test {
 protected:
  static ImapPlan plan() {
    ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE");
    idle.idle = ThinkTime::constant(1000);
    return imap_plan_of(2, imap_script_of({idle, imap_command_of(ImapCommand::noop, "NOOP")}));
  }
  void SetUp() override {
    talk.supply = 1;
    ASSERT_EQ(talk.greet(), "A1 IDLE\r\n");
  }
  ImapDialogue talk{plan()};
};

TEST_F(Idle, LastsAsLongAsItShall) {
  EXPECT_EQ(talk.session.next_wake(), kNever);
  EXPECT_NE(talk.session.waiting_since(), 0U);
  EXPECT_EQ(talk.says("+ idling\r\n"), "");
  EXPECT_EQ(talk.session.next_wake(), talk.now() + 1000);
  EXPECT_EQ(talk.session.waiting_since(), 0U) << "nothing is owed";
  EXPECT_EQ(talk.says("* 4 EXISTS\r\n"), "");
  talk.session.wake(talk.session.next_wake() - 1);
  EXPECT_EQ(talk.client(), "");
  talk.session.wake(talk.session.next_wake());
  EXPECT_EQ(talk.client(), "DONE\r\n");
  EXPECT_EQ(talk.session.next_wake(), kNever);
  EXPECT_NE(talk.session.waiting_since(), 0U);
  // DONE has no tag of its own.
  EXPECT_EQ(talk.says("A1 OK IDLE terminated\r\n"), "A3 NOOP\r\n");
  talk.says("A3 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.statuses["IDLE"]["+"], 1);
  EXPECT_EQ(talk.recorder.statuses["DONE"]["OK"], 1);
  EXPECT_EQ(talk.recorder.unasked, 0);
}

TEST_F(Idle, ARefusalEndsIt) {
  EXPECT_EQ(talk.says("A1 BAD no\r\n"), "");
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-bad");
  EXPECT_GT(talk.session.room(), 0U);
}

TEST_F(Idle, TheServerMayEndItWithNo) {
  talk.says("+ idling\r\n");
  EXPECT_EQ(talk.says("A1 NO too long\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST_F(Idle, AnAnswerBeforeDoneIsEarly) {
  talk.says("+ idling\r\n");
  talk.says("A1 OK done\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-early-answer");
  EXPECT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_TRUE(talk.session.over());
}

TEST_F(Idle, AnAnswerInsteadOfTheContinuationIsEarly) {
  talk.says("A1 OK done\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-early-answer");
  EXPECT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.statuses.count("IDLE"), 0U) << "that is no answer to it";
}

TEST_F(Idle, TheNumberOfDoneIsNoTag) {
  talk.says("+ idling\r\n");
  talk.session.wake(talk.session.next_wake());
  talk.client();
  talk.says("A2 OK done\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
}

// --- What a script expects, keeps and fills in

TEST(ImapExpectations, UntaggedDataMustHaveCome) {
  ImapDialogue talk(fetch_plan(1));
  talk.supply = 3;
  talk.greet();
  talk.says("A1 OK nothing\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "script-unexpected-reply");
  talk.says("* 1 EXISTS\r\nA2 OK something else\r\n");
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  talk.says("* 1 fetch (FLAGS ())\r\nA3 OK done\r\n");
  EXPECT_EQ(talk.recorder.ends[2].ending, Ending::completed);
}

TEST(ImapExpectations, EachCommandNeedsDataOfItsOwn) {
  ImapDialogue talk(fetch_plan(2));
  talk.supply = 2;
  talk.greet();
  talk.says("* 1 FETCH (FLAGS ())\r\nA1 OK done\r\nA2 OK done\r\n");
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::completed);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  // In any order.
  talk.supply = 2;
  EXPECT_EQ(talk.client(), "A3 FETCH 1 FLAGS\r\nA4 FETCH 1 FLAGS\r\n");
  talk.says("* 1 FETCH (FLAGS ())\r\n* 1 FETCH (FLAGS ())\r\nA4 OK done\r\nA3 OK done\r\n");
  EXPECT_EQ(talk.recorder.completed(), 3U);
}

TEST(ImapExpectations, DataFromBeforeACommandIsNotItsOwn) {
  ImapDialogue talk(fetch_plan(1));
  talk.greet();
  talk.says("* 1 FETCH (FLAGS ())\r\n");
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "A1 FETCH 1 FLAGS\r\n");
  talk.says("A1 OK done\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "script-unexpected-reply");
}

TEST(ImapExpectations, ARefusalMayBeExpected) {
  ScriptCommand noop = imap_command_of(ImapCommand::noop, "NOOP");
  noop.expected.status = static_cast<std::uint16_t>(ImapStatus::no);
  ImapDialogue talk(imap_plan_of(1, imap_script_of({noop})));
  talk.supply = 3;
  talk.greet();
  talk.says("A1 NO no\r\n");
  talk.says("A2 OK yes\r\n");
  talk.says("A3 BAD what\r\n");
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::completed);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  EXPECT_EQ(talk.recorder.ends[2].reason, "reply-bad");
}

TEST(ImapValues, MessagesAreTakenInTurn) {
  ImapDialogue talk(
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH {number} UID"),
                                      imap_command_of(ImapCommand::uid_fetch, "UID FETCH {uid} FLAGS")},
                                     {imap_command_of(ImapCommand::select, "SELECT INBOX", {"EXISTS"})})));
  talk.supply = 3;
  EXPECT_EQ(talk.greet(), "A1 SELECT INBOX\r\n");
  EXPECT_EQ(talk.says("* 2 EXISTS\r\nA1 OK x\r\n"), "A2 FETCH 1 UID\r\n");
  EXPECT_EQ(talk.says("* 1 FETCH (FLAGS (\\Seen) UID 23)\r\nA2 OK x\r\n"), "A3 UID FETCH 23 FLAGS\r\n");
  EXPECT_EQ(talk.says("* 2 EXPUNGE\r\nA3 OK x\r\n"), "A4 FETCH 1 UID\r\n");
}

TEST(ImapValues, NumbersAreThoseOfTransactions) {
  ImapDialogue talk(
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::list, "LIST \"\" box{n}"),
                                      imap_command_of(ImapCommand::fetch, "FETCH {number} UID")},
                                     {imap_command_of(ImapCommand::select, "SELECT box{n}", {"EXISTS"})})));
  talk.supply = 2;
  talk.begun = 7;
  EXPECT_EQ(talk.greet(), "A1 SELECT box0\r\n") << "it is nobody's";
  EXPECT_EQ(talk.says("* 5 EXISTS\r\nA1 OK x\r\n"), "A2 LIST \"\" box7\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "A3 FETCH 3 UID\r\n");
  EXPECT_EQ(talk.says("A3 OK x\r\n"), "A4 LIST \"\" box8\r\n");
  EXPECT_EQ(talk.says("A4 OK x\r\n"), "A5 FETCH 4 UID\r\n");
}

// The results of SEARCH are UIDs only while a UID SEARCH is in flight.
TEST(ImapValues, SearchesByNumberTeachNoUid) {
  ImapDialogue talk(
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::uid_search, "UID SEARCH ALL"),
                                      imap_command_of(ImapCommand::search, "SEARCH ALL"),
                                      imap_command_of(ImapCommand::uid_fetch, "UID FETCH {uid} FLAGS")})));
  talk.supply = 1;
  talk.begun = 1;
  EXPECT_EQ(talk.greet(), "A1 UID SEARCH ALL\r\n");
  EXPECT_EQ(talk.says("* SEARCH 7\r\nA1 OK x\r\n"), "A2 SEARCH ALL\r\n");
  EXPECT_EQ(talk.says("* SEARCH 1 2\r\nA2 OK x\r\n"), "A3 UID FETCH 7 FLAGS\r\n");
}

TEST(ImapValues, AnEmptyMailboxHasNoMessage) {
  ImapDialogue talk(
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH {number} UID")},
                                     {imap_command_of(ImapCommand::select, "SELECT INBOX", {"EXISTS"})})));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("* 0 EXISTS\r\nA1 OK x\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "mailbox-empty");
  EXPECT_EQ(talk.session.room(), 0U) << "another may begin, after a pause";
  const Nanoseconds wake = talk.session.next_wake();
  EXPECT_EQ(wake, talk.now() + 10'000'000) << "ten milliseconds";
  talk.session.wake(wake - 1);
  EXPECT_EQ(talk.session.room(), 0U);
  talk.session.wake(wake);
  EXPECT_EQ(talk.session.next_wake(), kNever);
  EXPECT_GT(talk.session.room(), 0U);
}

TEST(ImapValues, WordsOfAnswersAreKept) {
  ScriptCommand status = imap_command_of(ImapCommand::status, "STATUS x (UIDNEXT)", {"STATUS"});
  status.captures = {{.slot = 0, .word = 5, .untagged = "STATUS"}, {.slot = 1, .word = 3, .untagged = {}}};
  ScriptCommand search = imap_command_of(ImapCommand::uid_search, "UID SEARCH UID ");
  search.line.append_captured(0);
  search.line.append(" KEYWORD ");
  search.line.append_captured(1);
  Script script = imap_script_of({status, search});
  script.capture_slots = 2;
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("* STATUS x (UIDNEXT 44292)\r\nA1 OK [READ-ONLY] x\r\n"),
            "A2 UID SEARCH UID 44292 KEYWORD READ-ONLY\r\n");
  talk.says("A2 OK x\r\n");
  talk.says("* STATUS x ()\r\nA3 OK\r\n");
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
}

// "SEARCH {{{count}}" with the server's number, or "SEARCH {user}" with a user of that name.
TEST(ImapValuesHostile, WhatIsFilledInAnnouncesNoLiteral) {
  ScriptCommand status = imap_command_of(ImapCommand::status, "STATUS x (UIDNEXT)", {"STATUS"});
  status.captures = {{.slot = 0, .word = 5, .untagged = "STATUS"}};
  for (const char* const behind : {"}", "+}", "-}"}) {
    ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH TEXT {");
    search.line.append_captured(0);
    search.line.append(behind);
    Script script = imap_script_of({status, search});
    script.capture_slots = 1;
    ImapDialogue talk(imap_plan_of(1, std::move(script)));
    talk.supply = 1;
    talk.greet();
    EXPECT_EQ(talk.says("* STATUS x (UIDNEXT 3)\r\nA1 OK x\r\n"), "") << behind;
    ASSERT_EQ(talk.recorder.ends.size(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].reason, "command-literal");
  }
}

TEST(ImapValuesHostile, AUsersNameAnnouncesNoLiteral) {
  const auto first_said = [](std::string user) {
    const ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH FROM {user}");
    ImapPlan plan = login_plan(std::move(user));
    plan.script = ImapScript(imap_script_of({search}));
    ImapDialogue talk(std::move(plan));
    talk.supply = 1;
    talk.greet();
    std::string said = talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n");
    return talk.recorder.ends.empty() ? said : std::string(talk.recorder.ends[0].reason);
  };
  EXPECT_EQ(first_said("ann{3}"), "command-literal");
  EXPECT_EQ(first_said("ann{3+}"), "command-literal");
  EXPECT_EQ(first_said("{18446744073709551616}"), "command-literal");
  EXPECT_EQ(first_said("ann{}"), "A2 SEARCH FROM ann{}\r\n");
  EXPECT_EQ(first_said("ann3}"), "A2 SEARCH FROM ann3}\r\n");
  EXPECT_EQ(first_said("{3}ann"), "A2 SEARCH FROM {3}ann\r\n");
}

// The octets of a literal may be anything; what follows it may not.
TEST(ImapValuesHostile, WhatFollowsALiteralAnnouncesNone) {
  for (const auto& [content, rest, outcome] : {std::tuple{"ann{3}", "", "A1 SEARCH TEXT {6+}\r\nann{3}\r\n"},
                                               {"ann{3", "}", "A1 SEARCH TEXT {5+}\r\nann{3}\r\n"},
                                               {"ann", " {3}", "command-literal"}}) {
    ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH TEXT ");
    search.literals.emplace_back();
    search.literals.back().content.append(content);
    search.literals.back().rest.append(rest);
    ImapDialogue talk(imap_plan_of(1, imap_script_of({search})));
    talk.supply = 1;
    const std::string said = talk.greet("IMAP4rev1 LITERAL+");
    EXPECT_EQ(talk.recorder.ends.empty() ? said : std::string(talk.recorder.ends[0].reason), outcome);
  }
}

// Each capture takes the data of its own kind, whatever else the command brings.
TEST(ImapValues, WordsAreKeptOfTheKindThatIsMeant) {
  ScriptCommand select = imap_command_of(ImapCommand::select, "SELECT x", {"EXISTS", "FLAGS", "RECENT"});
  select.captures = {{.slot = 0, .word = 2, .untagged = "EXISTS"},
                     {.slot = 1, .word = 4, .untagged = {}},
                     {.slot = 2, .word = 2, .untagged = "RECENT"}};
  ScriptCommand search = imap_command_of(ImapCommand::uid_search, "UID SEARCH UID ");
  for (const unsigned slot : {0U, 1U, 2U}) {
    search.line.append_captured(slot);
    search.line.append(",");
  }
  Script script = imap_script_of({select, search});
  script.capture_slots = 3;
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("* 3 EXISTS\r\n* 4 RECENT\r\n* FLAGS ()\r\n* 5 FETCH (UID 1)\r\n"
                      "* 9 FINE\r\nA1 OK [UIDNEXT 7] x\r\n"),
            "A2 UID SEARCH UID 3,7,4,\r\n");
}

// A word that is missing is missing, whichever of the others is there.
TEST(ImapValues, EachWordMustBeThere) {
  ScriptCommand status = imap_command_of(ImapCommand::status, "STATUS x (UIDNEXT)", {"STATUS"});
  status.captures = {{.slot = 0, .word = 5, .untagged = "STATUS"}, {.slot = 1, .word = 3, .untagged = {}}};
  for (const std::string order : {"as above", "the other way round"}) {
    if (order != "as above") std::swap(status.captures[0], status.captures[1]);
    Script script = imap_script_of({status});
    script.capture_slots = 2;
    ImapDialogue talk(imap_plan_of(1, std::move(script)));
    talk.supply = 3;
    talk.greet();
    talk.says("* STATUS x (UIDNEXT 7)\r\nA1 OK x\r\n");
    talk.says("* STATUS x ()\r\nA2 OK x\r\n");
    talk.says("* STATUS x (UIDNEXT 7)\r\nA3 OK\r\n");
    ASSERT_EQ(talk.recorder.ends.size(), 3U);
    EXPECT_EQ(talk.recorder.ends[0].ending, Ending::completed);
    EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply") << order;
    EXPECT_EQ(talk.recorder.ends[2].reason, "script-unexpected-reply") << order;
  }
}

TEST(ImapValues, EachPassInFlightKeepsTheWords) {
  ScriptCommand status = imap_command_of(ImapCommand::status, "STATUS x (UIDNEXT)", {"STATUS"});
  status.captures = {{.slot = 0, .word = 5, .untagged = "STATUS"}};
  ScriptCommand uid = imap_command_of(ImapCommand::uid_fetch, "UID FETCH ");
  uid.line.append_captured(0);
  ScriptCommand list = imap_command_of(ImapCommand::list, "LIST");
  list.captures = {{.slot = 0, .word = 4, .untagged = "LIST"}};
  Script script = imap_script_of({status, uid});
  script.passes.push_back({.name = "other", .commands = {list, uid}});
  script.capture_slots = 1;
  ImapDialogue talk(imap_plan_of(4, std::move(script)));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "A1 STATUS x (UIDNEXT)\r\n");
  EXPECT_EQ(talk.says("* STATUS x (UIDNEXT 7)\r\nA1 OK x\r\n"), "A2 UID FETCH 7\r\n");
  EXPECT_EQ(talk.client(), "A3 LIST\r\n");
  EXPECT_EQ(talk.says("* LIST () NIL inbox\r\n* STATUS x (UIDNEXT 8)\r\nA3 OK x\r\n"),
            "A4 UID FETCH inbox\r\n");
}

TEST(ImapValues, ARefusalHasTheScriptsLine) {
  ScriptCommand noop = imap_command_of(ImapCommand::noop, "NOOP");
  noop.source_line = 12;
  ImapDialogue talk(imap_plan_of(1, imap_script_of({noop})));
  talk.supply = 1;
  talk.greet();
  talk.says("A1 NO x\r\n");
  EXPECT_EQ(talk.recorder.said.at(0).script_line, 12U);
}

TEST(ImapPasses, TakeTurnsByWeight) {
  Script script = imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")});
  script.passes.push_back(
      {.name = "rare", .weight = 2, .commands = {imap_command_of(ImapCommand::check, "CHECK")}});
  ImapDialogue talk(imap_plan_of(8, std::move(script)));
  talk.supply = 6;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\nA2 CHECK\r\nA3 CHECK\r\nA4 NOOP\r\nA5 CHECK\r\nA6 CHECK\r\n");
}

TEST(ImapPasses, ThePartsBeforeAndAfterThem) {
  Script script = imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")},
                                 {imap_command_of(ImapCommand::enable, "ENABLE CONDSTORE"),
                                  imap_command_of(ImapCommand::examine, "EXAMINE x")});
  script.end = {imap_command_of(ImapCommand::close, "CLOSE")};
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 ENABLE CONDSTORE\r\n");
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A2 EXAMINE x\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "A3 NOOP\r\n");
  talk.says("A3 OK x\r\n");
  talk.session.finish();
  EXPECT_EQ(talk.client(), "A4 CLOSE\r\n");
  EXPECT_EQ(talk.says("A4 OK x\r\n"), "A5 LOGOUT\r\n");
  talk.says("* BYE\r\nA5 OK x\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(ImapPasses, ARefusalBeforeThemFailsTheConnection) {
  ImapDialogue talk(imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")},
                                                   {imap_command_of(ImapCommand::select, "SELECT x")})));
  talk.supply = 1;
  talk.greet();
  talk.says("A1 NO no such mailbox\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"reply-no"});
  EXPECT_EQ(talk.begun, 0U);
}

TEST(ImapPasses, WaitForAllAnswersToWhatComesOnce) {
  ScriptCommand check = imap_command_of(ImapCommand::check, "CHECK");
  check.pipelined = true;
  const ScriptCommand noop = imap_command_of(ImapCommand::noop, "NOOP");
  ImapDialogue talk(imap_plan_of(2, imap_script_of({noop}, {noop, check, check})));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\nA2 CHECK\r\n") << "no more than the depth";
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "A3 CHECK\r\n");
  EXPECT_EQ(talk.says("A3 OK x\r\n"), "");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("A1 OK x\r\n"), "A4 NOOP\r\n");
}

// Behind an answer that does not come there is room for a bounded number of others.
TEST(ImapPasses, OfAnyLengthKeepToWhatCanBeToldApart) {
  std::vector<ScriptCommand> noops(100, imap_command_of(ImapCommand::noop, "NOOP"));
  for (std::size_t i = 1; i < noops.size(); ++i) noops[i].pipelined = true;
  ImapDialogue talk(imap_plan_of(2, imap_script_of(std::move(noops))));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "A1 NOOP\r\nA2 NOOP\r\n");
  unsigned tag = 2;
  while (tag < 100 && !talk.says("A" + std::to_string(tag) + " OK x\r\n").empty()) ++tag;
  EXPECT_GE(tag, 8U) << "four times the depth";
  EXPECT_LT(tag, 20U);
  EXPECT_NE(talk.says("A1 OK at last\r\n"), "");
  for (; tag <= 100; ++tag) talk.says("A" + std::to_string(tag + 1) + " OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// --- A pass that has the connection for itself

class WholeConnection : public testing::Test {
 protected:
  static ImapPlan plan() {
    Script script = imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")});
    script.connection_a_pass = true;
    ImapPlan plan = imap_plan_of(4, std::move(script));
    plan.login.way = LoginPlan::Way::command;
    plan.login.users = {{.user = "u", .password = "p"}};
    return plan;
  }
  ImapDialogue talk{plan()};
};

TEST_F(WholeConnection, CompletesWithItsGoodbye) {
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "");
  EXPECT_EQ(talk.greet(), "A1 LOGIN u p\r\n");
  EXPECT_EQ(talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n"), "A2 NOOP\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "A3 LOGOUT\r\n");
  EXPECT_TRUE(talk.recorder.ends.empty());
  talk.says("* BYE\r\nA3 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.session.room(), 0U);
}

TEST_F(WholeConnection, FailsWithItsLogin) {
  talk.supply = 1;
  talk.client();
  talk.greet();
  talk.says("A1 NO wrong\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "auth-refused");
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_TRUE(talk.session.over());
}

TEST_F(WholeConnection, SaysGoodbyeAfterAFailure) {
  talk.supply = 1;
  talk.client();
  talk.greet();
  talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n");
  EXPECT_EQ(talk.says("A2 NO x\r\n"), "A3 LOGOUT\r\n");
  talk.says("A3 OK x\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
}

TEST(ImapWholeConnection, LeavesIfACommandCannotGoOut) {
  Script script = imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH {number} UID"),
                                  imap_command_of(ImapCommand::noop, "NOOP")});
  script.connection_a_pass = true;
  ImapDialogue talk(imap_plan_of(1, std::move(script)));
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.greet(), "A1 LOGOUT\r\n");
  EXPECT_EQ(talk.session.next_wake(), kNever) << "there is no next pass that a pause could delay";
  talk.says("* BYE\r\nA1 OK x\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "mailbox-empty");
  EXPECT_TRUE(talk.session.over());
}

TEST_F(WholeConnection, WaitsUntilItIsWanted) {
  EXPECT_EQ(talk.greet(), "");
  talk.session.finish();
  EXPECT_EQ(talk.client(), "A1 LOGOUT\r\n");
  talk.says("* BYE\r\nA1 OK x\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

}  // namespace
}  // namespace backtalk::session::test
