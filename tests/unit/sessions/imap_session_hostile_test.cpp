// SPDX-License-Identifier: Apache-2.0 OR MIT
// Servers that say the wrong thing at the wrong time: the error has a name, and every transaction
// that was begun ends exactly once.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "backtalk/detail/limit_defaults.hpp"
#include "imap_dialogue.hpp"

namespace backtalk::session::test {
namespace {

struct WrongTalk {
  std::string_view title;
  std::string_view bytes;
  std::string_view reason;
  bool over = true;
};

void PrintTo(const WrongTalk& wrong, std::ostream* out) {
  *out << wrong.title;
}

class AfterNoop : public testing::TestWithParam<WrongTalk> {};

// In lock step, NOOP is out with tag A1 and the server says this.
TEST_P(AfterNoop, TheTransactionFailsUnderThatName) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says(GetParam().bytes);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
  EXPECT_EQ(talk.recorder.ends[0].reason, GetParam().reason);
  EXPECT_EQ(talk.session.over(), GetParam().over);
  EXPECT_TRUE(talk.recorder.failures.empty()) << "the transaction carries the blame";
  ASSERT_FALSE(talk.recorder.said.empty());
  EXPECT_EQ(talk.recorder.said.back().name, GetParam().reason);
  EXPECT_EQ(talk.recorder.said.back().command, "NOOP");
}

INSTANTIATE_TEST_SUITE_P(
    Talks, AfterNoop,
    testing::Values(WrongTalk{"NO", "A1 NO no\r\n", "reply-no", false},
                    WrongTalk{"BAD", "A1 BAD no\r\n", "reply-bad", false},
                    WrongTalk{"a tag of another's", "B1 OK x\r\n", "protocol-unknown-tag"},
                    WrongTalk{"a tag in another form", "A01 OK x\r\n", "protocol-unknown-tag"},
                    WrongTalk{"the tag in lower case", "a1 OK x\r\n", "protocol-unknown-tag"},
                    WrongTalk{"a huge tag", "A99999999999999999999 OK x\r\n", "protocol-unknown-tag"},
                    WrongTalk{"the greeting's number", "A0 OK x\r\n", "protocol-unknown-tag"},
                    WrongTalk{"a tag that is not sent yet", "A2 OK x\r\n", "protocol-early-answer"},
                    WrongTalk{"go on", "+ go on\r\n", "protocol-unasked-continuation"},
                    WrongTalk{"goodbye", "* BYE enough\r\n", "closed-bye"},
                    WrongTalk{"bare LF", "A1 OK x\n", "protocol-bare-lf"},
                    WrongTalk{"NUL", std::string_view("\0", 1), "protocol-nul"},
                    WrongTalk{"no status", "A1 FINE x\r\n", "protocol-bad-condition", false},
                    WrongTalk{"an untagged status in place of the tag", "* BYE\r\nA1 OK x\r\n",
                              "closed-bye"}));

class Greeting : public testing::TestWithParam<WrongTalk> {};

TEST_P(Greeting, TheConnectionFailsUnderThatName) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  EXPECT_EQ(talk.says(GetParam().bytes), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{std::string(GetParam().reason)});
  EXPECT_EQ(talk.begun, 0U);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, GetParam().reason);
  EXPECT_EQ(talk.recorder.said[0].command, "GREETING");
  EXPECT_EQ(talk.recorder.said[0].text + "\r\n", GetParam().bytes);
  EXPECT_EQ(talk.recorder.refused["GREETING"], GetParam().reason == "greeting-refused" ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Talks, Greeting,
                         testing::Values(WrongTalk{"BYE", "* BYE full\r\n", "greeting-refused"},
                                         WrongTalk{"NO", "* NO x\r\n", "greeting-refused"},
                                         WrongTalk{"BAD", "* BAD x\r\n", "greeting-refused"},
                                         WrongTalk{"data", "* 1 EXISTS\r\n", "reply-unexpected"},
                                         WrongTalk{"an answer", "A0 OK x\r\n", "reply-unexpected"},
                                         WrongTalk{"an answer to come", "A1 OK x\r\n", "reply-unexpected"},
                                         WrongTalk{"go on", "+ x\r\n", "reply-unexpected"}));

// --- Answers

TEST(ImapHostile, AnAnswerThatComesTwiceEndsTheConnection) {
  ImapDialogue talk(noop_plan(4));
  talk.supply = 4;
  talk.greet();
  talk.says("A2 OK x\r\nA2 OK x\r\nA1 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.failed(), 3U);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(talk.recorder.ends[i].reason, "protocol-answered-twice");
}

TEST(ImapHostile, AnAnswerOfTheIdleConnectionEndsIt) {
  ImapDialogue talk(noop_plan(1));
  talk.greet();
  talk.says("A1 OK x\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"protocol-early-answer"});
}

// A tag is a number that the session has given, that it will give next, or that wrapped long ago.
TEST(ImapHostile, ATagIsJudgedByItsDistance) {
  const auto reason_of = [](std::uint32_t tag) {
    ImapDialogue talk(noop_plan(1));
    talk.supply = 1;
    EXPECT_EQ(talk.greet(), "A1 NOOP\r\n");
    talk.says("A" + std::to_string(tag) + " OK x\r\n");
    return std::string(talk.recorder.ends.at(0).reason);
  };
  constexpr std::uint32_t kNext = 2;
  EXPECT_EQ(reason_of(kNext), "protocol-early-answer");
  EXPECT_EQ(reason_of(kNext + (1U << 16U) - 1), "protocol-early-answer");
  EXPECT_EQ(reason_of(kNext + (1U << 16U)), "protocol-unknown-tag");
  EXPECT_EQ(reason_of(kNext + (1U << 31U)), "protocol-unknown-tag");
  EXPECT_EQ(reason_of(kNext + (1U << 31U) + 1), "protocol-answered-twice");
  EXPECT_EQ(reason_of(kNext + (3U << 30U)), "protocol-answered-twice");
}

// Checks 5 and 6 of the list.
TEST(ImapHostile, WhatNobodyAskedForIsCountedAndIsNoAnswer) {
  ImapDialogue talk(noop_plan(3));
  talk.supply = 3;
  talk.greet();
  talk.says("A1 OK x\r\n* 5 EXPUNGE\r\n* 23 EXISTS\r\n* OK still here\r\n* FINE thanks\r\nA2 OK x\r\n");
  EXPECT_EQ(talk.recorder.unasked, 4);
  EXPECT_EQ(talk.recorder.completed(), 2U);
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "A4 NOOP\r\n");
  talk.says("* BYE shutting down\r\nA3 OK x\r\nA4 OK x\r\n");
  EXPECT_EQ(talk.recorder.unasked, 5);
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_EQ(talk.recorder.failed(), 2U);
  EXPECT_EQ(talk.recorder.ends[2].reason, "closed-bye");
  EXPECT_EQ(talk.recorder.ends[3].reason, "closed-bye");
  EXPECT_TRUE(talk.recorder.failures.empty());
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].text, "* BYE shutting down");
  EXPECT_EQ(talk.recorder.said[0].status, "BYE");
}

TEST(ImapHostile, ByeToAnIdleConnectionIsItsFailure) {
  ImapDialogue talk(noop_plan(1));
  talk.greet();
  talk.says("* BYE autologout\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"closed-bye"});
}

TEST(ImapHostile, TalkAfterTheGoodbyeIsNotHeard) {
  ImapDialogue talk(noop_plan(1));
  talk.greet();
  talk.session.finish();
  EXPECT_EQ(talk.client(), "A1 LOGOUT\r\n");
  talk.says("* BYE\r\nA1 OK x\r\n* 1 EXISTS\r\nA2 OK x\r\n+ x\r\n\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(ImapHostile, AServerMayCloseInsteadOfAnsweringLogout) {
  ImapDialogue talk(noop_plan(1));
  talk.greet();
  talk.session.finish();
  talk.client();
  talk.says("* BYE\r\n");
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(ImapHostile, AnUntaggedBadIsToldAndIsNoAnswer) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says("* BAD invalid command\r\n");
  EXPECT_TRUE(talk.recorder.ends.empty());
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-bad");
  talk.session.end(Ending::failed, kTimeout, talk.now());
  EXPECT_EQ(talk.recorder.ends[0].reason, "timeout");
  EXPECT_TRUE(talk.recorder.ends[0].in_doubt);
}

// --- Content: where a response ends is known, so it costs itself alone

TEST(ImapHostile, MalformedDataLosesNoAnswer) {
  ImapDialogue talk(fetch_plan(2));
  talk.supply = 2;
  talk.greet();
  talk.says("* 1 FETCH (FLAGS (\\Seen\r\nA1 OK x\r\n* 1 FETCH (FLAGS ())\r\nA2 OK [BAD x\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "script-unexpected-reply") << "the data did not come";
  EXPECT_EQ(talk.recorder.ends[1].ending, Ending::completed);
  ASSERT_GE(talk.recorder.said.size(), 2U);
  EXPECT_EQ(talk.recorder.said[0].name.substr(0, 9), "protocol-");
  EXPECT_FALSE(talk.session.over());
}

TEST(ImapHostile, WhatIsWrongWithAnOkIsToldAndIsNoFailure) {
  ImapPlan plan = noop_plan(1);
  plan.tolerances = {};  // RFC 9051: text is mandatory
  ImapDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.greet();
  talk.says("A1 OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "protocol-missing-text");
  EXPECT_EQ(talk.recorder.said[0].command, "NOOP");
  EXPECT_EQ(talk.recorder.said[0].text, "A1 OK");
}

TEST(ImapHostile, EndlessNestingCostsItsResponseAlone) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says("* 1 FETCH " + std::string(200, '(') + "\r\nA1 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_FALSE(talk.recorder.said.empty());
}

// --- Literals

TEST(ImapHostile, ALiteralOfAnyLengthPassesThrough) {
  ImapDialogue talk(fetch_plan(1));
  talk.supply = 1;
  talk.greet();
  constexpr std::size_t kOctets = backtalk::detail::kTinyLimits ? 4000 : 4'000'000;
  talk.says("* 1 FETCH (BODY[] {" + std::to_string(kOctets) + "}\r\n");
  const std::string piece(1000, '\n');
  for (std::size_t sent = 0; sent < kOctets; sent += piece.size()) EXPECT_EQ(talk.says(piece), "");
  talk.says(")\r\nA1 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// What a message says is not what the server says.
TEST(ImapHostile, AnswersWithinALiteralAreContent) {
  ImapDialogue talk(fetch_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says("* 1 FETCH (BODY[] {11}\r\nA1 NO x\r\n\r\n)\r\nA1 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(ImapHostile, ALiteralThatIsLongerThanItSaysIsFoundOut) {
  ImapDialogue talk(fetch_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says("* 1 FETCH (BODY[] {2}\r\nabcdef\r\n)\r\nA1 OK x\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.recorder.ends.size(), 1U);
}

TEST(ImapHostile, ALiteralThatIsShorterThanItSaysSwallowsTheAnswer) {
  ImapDialogue talk(fetch_plan(1));
  talk.supply = 1;
  talk.greet();
  talk.says("* 1 FETCH (BODY[] {200}\r\nabcdef)\r\nA1 OK x\r\n");
  EXPECT_TRUE(talk.recorder.ends.empty());
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "closed-in-body");
}

TEST(ImapHostile, ClosingInALiteralHasAName) {
  ImapDialogue talk(fetch_plan(2));
  talk.supply = 2;
  talk.greet();
  talk.says("* 1 FETCH (FLAGS ())\r\nA1 OK x\r\n* 1 FETCH (BODY[] {10}\r\nabc");
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "closed-in-body");
  EXPECT_EQ(talk.recorder.said[0].text, "* 1 FETCH (BODY[] {10}\r\nabc");
}

// --- Literals of the client's

ImapPlan long_append(unsigned depth) {
  ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND x ");
  append.literals.push_back({.message = true, .content = {}, .rest = {}});
  ImapPlan plan = imap_plan_of(depth, imap_script_of({append}));
  plan.message = make_wire_message(std::string(100'000, 'x'));
  return plan;
}

// As much as the client says at once.
std::string some_of(ImapDialogue& talk) {
  std::array<char, 8192> buffer;
  return {buffer.data(), talk.session.produce(buffer, talk.now())};
}

TEST(ImapHostile, EachStretchOfALiteralPutsTheTimeoutOff) {
  ImapDialogue talk(long_append(1));
  talk.greet("IMAP4rev1 LITERAL+");
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> buffer;
  for (Nanoseconds now = 100; now < 110; ++now) {
    ASSERT_EQ(talk.session.produce(buffer, now), buffer.size());
    EXPECT_EQ(talk.session.waiting_since(), now);
    EXPECT_EQ(talk.session.asked_since(), 100U);
  }
}

TEST(ImapHostile, AnOkInTheMiddleOfALiteralIsEarly) {
  ImapDialogue talk(long_append(1));
  talk.greet("IMAP4rev1 LITERAL+");
  talk.session.begin({.number = 0, .scheduled = 1});
  ASSERT_EQ(some_of(talk).substr(0, 14), "A1 APPEND x {1");
  talk.session.consume("A1 OK x\r\n", talk.now());
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-early-answer");
  EXPECT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.statuses.count("APPEND"), 0U) << "that is no answer to it";
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

// RFC 7888 4: the server reads the literal and throws it away.
TEST(ImapHostile, ARefusalInTheMiddleOfALiteralWaitsForItsEnd) {
  ImapDialogue talk(long_append(1));
  talk.greet("IMAP4rev1 LITERAL+");
  talk.session.begin({.number = 0, .scheduled = 1});
  std::string said = some_of(talk);
  talk.session.consume("A1 NO [TOOBIG] x\r\n", talk.now());
  EXPECT_TRUE(talk.recorder.ends.empty());
  said += talk.client();
  EXPECT_EQ(said.size(), std::string_view("A1 APPEND x {100002+}\r\n").size() + 100'004);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
  EXPECT_GT(talk.session.room(), 0U);
}

// The same for literals of the script, whose octets wait for room.
TEST(ImapHostile, ARefusalBeforeALiteralThatMustFollowWaitsForItsEnd) {
  ScriptCommand search = imap_command_of(ImapCommand::search, "SEARCH TEXT ");
  search.literals.emplace_back();
  search.literals.back().content = CommandTemplate(std::string(2000, 'x'), {});
  for (int i = 0; i < 3; ++i) search.literals.push_back(search.literals.back());
  ImapDialogue talk(imap_plan_of(1, imap_script_of({search})));
  talk.greet("IMAP4rev1 LITERAL+");
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> buffer;
  const std::size_t first = talk.session.produce(buffer, talk.now());
  ASSERT_LT(first, 8000U);
  talk.session.consume("A1 NO x\r\n", talk.now());
  EXPECT_TRUE(talk.recorder.ends.empty());
  EXPECT_EQ(first + talk.client().size(),
            std::string_view("A1 SEARCH TEXT ").size() + std::size_t{4} * (9 + 2000) + 2);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
}

// And then nothing more of the pass goes out.
TEST(ImapHostile, ARefusalInTheMiddleOfALiteralEndsThePass) {
  ImapPlan plan = long_append(1);
  ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND x ");
  append.literals.push_back({.message = true, .content = {}, .rest = {}});
  plan.script = ImapScript(imap_script_of({append, imap_command_of(ImapCommand::noop, "NOOP")}));
  ImapDialogue talk(std::move(plan));
  talk.greet("IMAP4rev1 LITERAL+");
  talk.session.begin({.number = 0, .scheduled = 1});
  some_of(talk);
  talk.session.consume("A1 NO [TOOBIG] x\r\n", talk.now());
  EXPECT_EQ(talk.client().find("NOOP"), std::string::npos);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-no");
  EXPECT_EQ(talk.session.room(), 1U);
}

TEST(ImapHostile, ASecondGoIsNotAskedFor) {
  ImapDialogue talk(long_append(1));
  talk.supply = 1;
  talk.greet();
  talk.says("+ go\r\n");
  talk.says("+ go\r\n");
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-unasked-continuation");
}

TEST(ImapHostile, AGoForALiteralThatWentOutIsNotAskedFor) {
  ImapDialogue talk(long_append(2));
  talk.supply = 2;
  talk.greet("IMAP4rev1 LITERAL+");
  talk.says("+ go\r\n");
  EXPECT_EQ(talk.recorder.failed(), 2U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-unasked-continuation");
}

TEST(ImapHostile, ACommandThatCannotGoOutFailsItsPassAlone) {
  ScriptCommand too_long = imap_command_of(ImapCommand::list, "LIST \"\" {user}");
  ImapPlan plan = imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP"), too_long}));
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = std::string(256, 'u'), .password = "p"}};
  ImapDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.greet("IMAP4rev1");
  EXPECT_EQ(talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n"), "A2 NOOP\r\n");
  EXPECT_EQ(talk.says("A2 OK x\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "command-too-long");
  EXPECT_FALSE(talk.session.over());
  EXPECT_EQ(talk.session.next_wake(), talk.now() + 10'000'000) << "nothing went out that would be answered";
}

TEST(ImapHostile, ACommandThatCannotGoOutOnceFailsTheConnection) {
  const ScriptCommand too_long = imap_command_of(ImapCommand::list, "LIST \"\" {user}");
  ImapPlan plan = imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")}, {too_long}));
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = std::string(256, 'u'), .password = "p"}};
  ImapDialogue talk(std::move(plan));
  talk.greet();
  EXPECT_EQ(talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"command-too-long"});
  EXPECT_EQ(talk.recorder.sent.count("LIST"), 0U);
}

// Of the first literal of a command everything is known before it is announced; of what follows it
// is not.
TEST(ImapHostile, HalfACommandThatCannotGoOnEndsTheConnection) {
  ScriptCommand list = imap_command_of(ImapCommand::list, "LIST ");
  list.literals.emplace_back();
  list.literals.back().rest = CommandTemplate(" {user}", {CommandTemplate::Field::user});
  ImapPlan plan = imap_plan_of(1, imap_script_of({list}));
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = std::string(256, 'u'), .password = "p"}};
  ImapDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n"), "A2 LIST {0}\r\n");
  EXPECT_EQ(talk.says("+ go\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "command-too-long");
}

TEST(ImapHostile, CredentialsThatFitNoCommandAreNotSent) {
  for (const auto& [user, password] : {std::pair{std::string("a\0b", 3), std::string("p")},
                                       {std::string("u"), std::string("a\0b", 3)},
                                       {std::string("u"), std::string(5000, 'p')}}) {
    ImapPlan plan = noop_plan(1);
    plan.login.way = LoginPlan::Way::command;
    plan.login.users = {{.user = user, .password = password}};
    ImapDialogue talk(std::move(plan));
    talk.supply = 1;
    EXPECT_EQ(talk.greet(), "");
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"command-too-long"});
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.begun, 0U);
  }
}

// --- Endings

TEST(ImapHostile, EveryTransactionEndsOnceWhereverTheServerCloses) {
  const std::string stream =
      "* OK [CAPABILITY IMAP4rev1] x\r\n* 1 FETCH (FLAGS ())\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\nA2 OK x\r\n"
      "* 5 EXPUNGE\r\nA1 OK x\r\nA3 NO x\r\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    ImapDialogue talk(fetch_plan(3));
    talk.supply = 5;
    talk.client();
    for (const char c : stream.substr(0, cut)) talk.says({&c, 1});
    talk.session.end(Ending::failed, kServerClosed, talk.now());
    EXPECT_EQ(talk.recorder.ends.size(), talk.begun) << cut;
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.session.waiting_since(), 0U);
    EXPECT_EQ(talk.client(), "");
  }
}

TEST(ImapHostile, BooksBalanceWhateverTheServerSays) {
  constexpr std::array<std::string_view, 18> kTalk{"A1 OK x\r\n",
                                                   "A2 OK x\r\n",
                                                   "A3 NO x\r\n",
                                                   "A4 BAD x\r\n",
                                                   "* 1 FETCH (FLAGS ())\r\n",
                                                   "+ \r\n",
                                                   "* BYE\r\n",
                                                   "* 1 EXISTS\r\n",
                                                   "{3}\r\n",
                                                   "abc",
                                                   "\r\n",
                                                   "A",
                                                   "5",
                                                   " OK\r\n",
                                                   "* CAPABILITY LITERAL+\r\n",
                                                   "* OK [CAPABILITY IMAP4rev1] x\r\n",
                                                   "* 1 FETCH (BODY[] {4}\r\n",
                                                   ")\r\n"};
  std::mt19937 random(4);
  for (int run = 0; run < 2000; ++run) {
    ImapPlan plan = run % 2 == 0 ? fetch_plan(1 + random() % 4) : long_append(1 + random() % 4);
    plan.message = make_wire_message("x\r\n");
    if (run % 3 == 0) {
      plan.login.way = LoginPlan::Way::command;
      plan.login.users = {{.user = "\xE9", .password = "p"}};
    }
    ImapDialogue talk(std::move(plan));
    talk.supply = 6;
    talk.client();
    if (run % 5 != 0) talk.greet();
    for (int i = 0; i < 20; ++i) {
      talk.says(kTalk[random() % kTalk.size()]);
      if (talk.session.next_wake() != kNever) talk.session.wake(talk.session.next_wake());
    }
    talk.session.end(Ending::failed, kReset, talk.now());
    EXPECT_EQ(talk.recorder.ends.size(), talk.begun);
    for (const TransactionEnd& end : talk.recorder.ends) {
      EXPECT_EQ(end.ending == Ending::failed, !end.reason.empty());
    }
    int answered = 0;
    int sent = 0;
    for (const auto& [name, count] : talk.recorder.accepted) answered += count;
    for (const auto& [name, count] : talk.recorder.refused) answered += count;
    for (const auto& [name, count] : talk.recorder.sent) sent += count;
    EXPECT_LE(answered, sent);
  }
}

}  // namespace
}  // namespace backtalk::session::test
