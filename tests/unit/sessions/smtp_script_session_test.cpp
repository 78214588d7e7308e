// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a client of SMTP or LMTP says that follows a script, and when (RFC 5321, 2920, 3030, 2033).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "smtp_script_dialogue.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {
namespace {

constexpr std::string_view kStuffed = "Subject: x\r\n\r\n..Hello\r\n.\r\n";
constexpr std::string_view kGroup = "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n";

// One message, whose commands may go out together.
SmtpScriptPlan sending(unsigned depth, bool lmtp = false) {
  return scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: DATA", "S: 250", "S: 250", "S: 354",
                   "C: {message}", "S: 250"},
                  depth, lmtp);
}

TEST(SmtpScriptSession, SaysEachPassAndGoodbye) {
  SmtpScriptDialogue talk(scripted(
      {"== once", "C: NOOP", "S: 250", "== pass", "C: VRFY {to}", "S: 252", "== end", "C: HELP", "S: 214"}));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), "") << "the server speaks first";
  EXPECT_EQ(talk.says("220 hi\r\n"), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says("250 hi\r\n"), "NOOP\r\n");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says("250 ok\r\n"), "VRFY b@example.net\r\n");
  EXPECT_TRUE(talk.session.ready());
  EXPECT_EQ(talk.says("252 perhaps\r\n"), "VRFY c@example.net\r\n") << "recipients are taken in turn";
  EXPECT_EQ(talk.says("252 perhaps\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  talk.session.finish();
  EXPECT_EQ(talk.client(), "HELP\r\n");
  EXPECT_EQ(talk.says("214-VRFY\r\n214 HELP\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.says("221 bye\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_EQ(talk.recorder.statuses["VRFY"]["252"], 2);
}

TEST(SmtpScriptSession, InLockStepEachCommandWaits) {
  SmtpScriptDialogue talk(sending(1));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "MAIL FROM:<a>\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "RCPT TO:<b>\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "DATA\r\n");
  EXPECT_EQ(talk.says("354 go\r\n"), kStuffed);
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says("250 queued\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.sent["DOT"], 1);
}

// RFC 2920 3.1: DATA ends a group, and a message may begin one.
TEST(SmtpScriptSession, AGroupGoesOutTogetherAndTheNextBehindTheDot) {
  SmtpScriptDialogue talk(sending(2));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), kGroup);
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n"), "") << "the message waits for its 354";
  EXPECT_EQ(talk.says("354 go\r\n"), std::string(kStuffed).append(kGroup));
  EXPECT_EQ(talk.says("250 queued\r\n250 ok\r\n250 ok\r\n354 go\r\n"), kStuffed);
  EXPECT_EQ(talk.says("250 queued\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_TRUE(talk.recorder.notes.empty());
}

TEST(SmtpScriptSession, WithoutPipeliningItIsLockStep) {
  SmtpScriptDialogue talk(sending(2));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("250 hi\r\n"), "MAIL FROM:<a>\r\n");
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("PIPELINING"), std::string::npos);
}

TEST(SmtpScriptSession, PassesThatWaitForNothingFillTheDepth) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "C: RSET"}, 3));
  talk.supply = 10;
  EXPECT_EQ(talk.greet(), "NOOP\r\nRSET\r\nNOOP\r\nRSET\r\nNOOP\r\nRSET\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n"), "NOOP\r\nRSET\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(SmtpScriptSession, ContentGoesOutAsItIsWritten) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: DATA", "S: 354", "C: Subject: {n} of {from}",
                                    "C:", "C: ..a dot, {{braces}", "C: .", "S: 250"}));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "DATA\r\n");
  EXPECT_EQ(talk.says("354 go\r\n"), "Subject: 0 of a0@example.org\r\n\r\n..a dot, {braces}\r\n.\r\n");
  EXPECT_EQ(talk.says("250 queued\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(SmtpScriptSession, LongContentGoesOutInPieces) {
  std::string line = "C: " + std::string(5000, 'x');
  SmtpScriptPlan plan =
      scripted({"== pass", "repeat 3", "C: DATA", "S: 354", line, "C: {n}", "C: {message}", "S: 250", "end"});
  SmtpScriptDialogue talk(std::move(plan));
  talk.output_octets = Session::kOutputMin;
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "DATA\r\n");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(talk.says("354 go\r\n"), line.substr(3) + "\r\n0\r\n" + std::string(kStuffed));
    EXPECT_EQ(talk.says("250 queued\r\n"), i < 2 ? "DATA\r\n" : "");
  }
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// RFC 3030 4.1: nothing has to wait, and chunks are not stuffed.
TEST(SmtpScriptSession, ChunksFollowTheirCommands) {
  SmtpScriptDialogue talk(
      scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: BDAT 10", "C: .Hello",
                "C:", "C: BDAT {message} LAST", "S: 250", "S: 250", "S: 250", "S: 250"},
               2));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(),
            "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 10\r\n.Hello\r\n\r\n"
            "BDAT 22 LAST\r\nSubject: x\r\n\r\n.Hello\r\n");
}

// What the same text comes to in every pass is filled in once, and nobody notices.
TEST(SmtpScriptSession, ConstantsMayBeFilledInBefore) {
  for (const std::size_t recipients : {1U, 2U}) {
    SmtpScriptPlan plan =
        scripted({"== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<{to}>", "C: BDAT {message}", "C: BDAT 3",
                  "C: x", "C: BDAT 0 LAST", "S: 250", "S: 250", "S: 250", "S: 250", "S: 250", "C: DATA",
                  "S: 354", "C: {from} {to} {n}", "C: .", "S: 250"},
                 2);
    plan.recipients.resize(recipients);
    const auto said = [](SmtpScriptPlan one) {
      SmtpScriptDialogue talk(std::move(one));
      talk.supply = 2;
      std::string all = talk.greet();
      for (int i = 0; i < 2; ++i) {
        all += talk.says("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
        all += talk.says("354 go\r\n");
        all += talk.says("250 queued\r\n");
      }
      EXPECT_EQ(talk.recorder.completed(), 2U);
      return all;
    };
    const std::string as_it_is = said(plan);
    fill_in_constants(plan);
    const auto& commands = plan.script.passes.front().commands;
    EXPECT_TRUE(commands[0].line.has_fields()) << "the sender has a number";
    EXPECT_EQ(commands[1].line.has_fields(), recipients > 1) << "recipients take turns";
    EXPECT_FALSE(commands[2].line.has_fields());
    EXPECT_EQ(said(plan), as_it_is);
    EXPECT_NE(as_it_is.find("RCPT TO:<b@example.net>\r\nBDAT 22\r\n"), std::string::npos) << as_it_is;
  }
}

TEST(SmtpScriptSession, ChunksNeedAServerThatKnowsThem) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: BDAT 0 LAST"}));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("250 hi\r\n"), "") << "it would take the chunk for commands";
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"chunking-missing"});
}

TEST(SmtpScriptSession, WordsOfRepliesAreFilledIn) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "S: 250 {id:=3}", "C: VRFY {id}", "S: *"}));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "NOOP\r\n");
  EXPECT_EQ(talk.says("250-2.0.0 first\r\n250 2.0.0 the-word\r\n"), "VRFY the-word\r\n");
  EXPECT_EQ(talk.says("550 5.1.1 no\r\n"), "NOOP\r\n") << "whatever comes is taken";
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says("250 short\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
}

// RFC 2033 4.2.
TEST(SmtpScriptSession, LmtpHasAReplyForEachRecipientThatWasAccepted) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: RCPT TO:<c>",
                                    "C: RCPT TO:<d>", "C: DATA", "S: 250", "S: 250", "S: 550", "S: 250",
                                    "S: 354", "C: {message}", "S: 250", "S: 452", "C: NOOP", "S: 250"},
                                   2, true));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nRCPT TO:<d>\r\nDATA\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n"), kStuffed);
  EXPECT_EQ(talk.says("250 b\r\n"), "") << "d has no reply yet";
  EXPECT_EQ(talk.says("452 d is full\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.sent["DOT"], 2);
}

TEST(SmtpScriptSession, AConnectionAPassIsAllOfIt) {
  SmtpScriptPlan plan =
      scripted({"S: 220 hi", "C: EHLO x", "S: 250 hi", "C: NOOP", "S: 250", "C: QUIT", "S: 221"});
  ASSERT_TRUE(plan.script.connection_a_pass);
  SmtpScriptDialogue talk(std::move(plan));
  EXPECT_EQ(talk.says("220 hi\r\n"), "") << "nobody wants it yet";
  talk.supply = 2;
  EXPECT_EQ(talk.client(), "EHLO client.example\r\n") << "in the name of --hello";
  EXPECT_EQ(talk.says("250 hi\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says("221 bye\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.supply, 1U) << "the next has another connection";
}

TEST(SmtpScriptSession, AConnectionThatNobodyWantsSaysGoodbye) {
  SmtpScriptDialogue talk(scripted({"C: NOOP"}));
  talk.says("220 hi\r\n");
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
  talk.says("221 bye\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpScriptSession, LogsInBeforeTheScript) {
  SmtpScriptPlan plan = scripted({"C: AUTH PLAIN ***", "S: 235", "C: NOOP"});
  plan.login = toy_login({});
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 1;
  const std::string auth =
      talk.greet("250-hi\r\n250 AUTH " + std::string(toy_login({}).mechanism->name()) + "\r\n");
  EXPECT_TRUE(auth.starts_with("AUTH ")) << auth;
}

TEST(SmtpScriptSession, WaitsWithinAndBetweenItsPasses) {
  SmtpScriptDialogue talk(
      scripted({"== pass", "C: NOOP", "S: 250", "wait 1s", "C: RSET", "S: 250", "wait 2s"}, 8));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "NOOP\r\n") << "one pass at a time";
  EXPECT_EQ(talk.says("250 ok\r\n"), "");
  EXPECT_EQ(talk.after(1'000'000'000), "RSET\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.after(2'000'000'000), "NOOP\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_GE(talk.recorder.ends[0].waited, 1'000'000'000U);
}

// --- Failures

TEST(SmtpScriptSession, AnUnexpectedReplyFailsThePassAndSkipsItsRest) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "# not so", "S: 251", "C: VRFY x"}));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "NOOP\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "NOOP\r\n") << "the next pass";
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "script-unexpected-reply");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].script_line, 4U);
  EXPECT_EQ(talk.recorder.said[0].text, "250 ok");
}

TEST(SmtpScriptSession, ARefusalOfWhatWasToBeAcceptedHasItsName) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "S: 250", "C: VRFY x"}));
  talk.supply = 4;
  talk.greet();
  talk.says("451 later\r\n");
  talk.says("250 ok\r\n");
  talk.says("550 no\r\n");
  talk.says("354 what?\r\n");
  std::vector<std::string> reasons;
  for (const TransactionEnd& end : talk.recorder.ends) reasons.emplace_back(end.reason);
  EXPECT_EQ(reasons, (std::vector<std::string>{"reply-4xx", "reply-5xx", "script-unexpected-reply"}));
}

TEST(SmtpScriptSession, AMessageThatWasLeftOpenIsReset) {
  SmtpScriptDialogue talk(sending(1));
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.says("550 no\r\n"), "RSET\r\n");
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.says("250 reset\r\n"), "MAIL FROM:<a>\r\n");
  EXPECT_EQ(talk.recorder.sent["RSET"], 1);
}

TEST(SmtpScriptSession, WhatWasNeverOpenNeedsNoReset) {
  SmtpScriptDialogue talk(sending(1));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("550 no\r\n"), "MAIL FROM:<a>\r\n");
}

// The message that `once` opened is the script's own business.
TEST(SmtpScriptSession, AMessageOfTheConnectionStaysOpen) {
  SmtpScriptDialogue talk(scripted({"== once", "C: MAIL FROM:<a>", "== pass", "C: RCPT TO:<{n}>"}));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), "MAIL FROM:<a>\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "RCPT TO:<0>\r\n");
  EXPECT_EQ(talk.says("550 no\r\n"), "RCPT TO:<1>\r\n");
}

TEST(SmtpScriptSession, RepliesInFlightAreWaitedForBeforeTheNextPass) {
  SmtpScriptDialogue talk(sending(2));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("550 no\r\n"), "");
  EXPECT_EQ(talk.says("503 no\r\n"), "");
  EXPECT_EQ(talk.recorder.ends.size(), 0U);
  EXPECT_EQ(talk.says("503 no\r\n"), kGroup);
  EXPECT_EQ(talk.recorder.failed(), 1U);
}

// RFC 2920 3.1: a server may say 354 although it accepted no recipient.
TEST(SmtpScriptSession, AMessageThatNobodyReceivesIsEmpty) {
  SmtpScriptDialogue talk(sending(2));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("250 ok\r\n550 no\r\n354 go\r\n"), ".\r\n");
  EXPECT_EQ(talk.says("554 no valid recipients\r\n"), kGroup) << "the dot has closed it";
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
}

TEST(SmtpScriptSession, AnEmptyMessageReachesNobody) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: RCPT TO:<c>",
                                    "C: DATA", "S: 250", "S: 250", "S: 250", "S: 354", "C: {message}"},
                                   2));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n"), "") << "b would receive it";
  EXPECT_TRUE(talk.session.over()) << "so the connection is given up";
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

TEST(SmtpScriptSession, WithoutA354TheMessageIsLeftOut) {
  SmtpScriptDialogue talk(
      scripted({"== pass", "C: DATA", "S: *", "C: {message}", "S: *", "C: NOOP", "S: 250"}));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("503 no\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(SmtpScriptSession, DataMayBeRefusedAsExpected) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: DATA", "S: 503"}));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("503 no\r\n"), "DATA\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says("354 go\r\n"), ".\r\n") << "nobody is to receive it";
  EXPECT_EQ(talk.says("250 ok\r\n"), "");
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
}

TEST(SmtpScriptSession, AFailureBeforeThePassesFailsTheConnection) {
  SmtpScriptDialogue talk(scripted({"== once", "C: NOOP", "S: 250", "== pass", "C: NOOP"}));
  talk.supply = 1;
  talk.greet();
  talk.says("251 ok\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"script-unexpected-reply"});
}

TEST(SmtpScriptSession, OfAConnectionAPassThatFailedOnlyTheGoodbyeIsLeft) {
  SmtpScriptDialogue talk(scripted({"C: NOOP", "S: 250", "C: VRFY x"}));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("550 no\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.says("221 bye\r\n"), "");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
}

// OpenSMTPD takes 100 messages a connection: 452 to the next MAIL.
TEST(SmtpScriptSession, LeavesAServerThatTakesNoMore) {
  SmtpScriptDialogue talk(sending(1));
  talk.supply = 3;
  talk.greet();
  for (const std::string_view reply : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n"})
    talk.says(reply);
  EXPECT_EQ(talk.says("452 too many\r\n"), "QUIT\r\n");
}

TEST(SmtpScriptSession, EachRecipientOfAMessageIsTheNextOne) {
  SmtpScriptPlan plan =
      scripted({"== pass", "C: MAIL FROM:<{from}>", "repeat 3", "C: RCPT TO:<{to}>", "end", "C: RSET"}, 8);
  plan.recipients = {"r0@example", "r1@example", "r2@example", "r3@example"};
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(),
            "MAIL FROM:<a0@example.org>\r\nRCPT TO:<r0@example>\r\nRCPT TO:<r1@example>\r\nRCPT "
            "TO:<r2@example>\r\nRSET\r\nMAIL FROM:<a1@example.org>\r\nRCPT TO:<r1@example>\r\nRCPT "
            "TO:<r2@example>\r\nRCPT TO:<r3@example>\r\nRSET\r\n");
}

TEST(SmtpScriptSession, EachTransactionHasAMessageOfItsSize) {
  SmtpScriptPlan plan = scripted({"== pass", "C: BDAT {message} LAST"}, 8);
  plan.messages.add(make_wire_message("one\r\n"), 0.5);
  plan.messages.add(make_wire_message("three\r\n"), 0.5);
  const MessageMix messages = plan.messages;
  std::string wanted;
  for (std::uint64_t number = 0; number < 6; ++number) {
    const bool one = messages.of(number).octets(WireMessage::Form::chunk) == 5;
    wanted += one ? "BDAT 5 LAST\r\none\r\n" : "BDAT 7 LAST\r\nthree\r\n";
  }
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 6;
  EXPECT_EQ(talk.greet(), wanted);
}

TEST(SmtpScriptSession, AValueThatIsTooLongFailsThePassAndPauses) {
  SmtpScriptPlan plan = scripted({"== pass", "C: VRFY {user}"});
  plan.login = toy_login({});
  plan.login.users = {{.user = std::string(300, 'u'), .password = "pass"}};
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 2;
  talk.says("220 hi\r\n");
  talk.says("250-hi\r\n250 AUTH " + std::string(toy_login({}).mechanism->name()) + "\r\n");
  talk.says("235 ok\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "command-too-long");
  EXPECT_NE(talk.session.next_wake(), kNever);
  EXPECT_EQ(talk.session.room(), 0U);
}

}  // namespace
}  // namespace backtalk::session::test
