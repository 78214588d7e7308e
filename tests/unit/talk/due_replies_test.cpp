// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which answers are due, and when the next line may go out.
#include <gtest/gtest.h>

#include "stage.hpp"

namespace backtalk::talk::test {
namespace {

constexpr ConversationSettings kPipelined{.pipeline = true};

TEST(DueReplies, NothingIsSaidBeforeTheGreeting) {
  for (const Protocol protocol : {Protocol::smtp, Protocol::lmtp, Protocol::pop3, Protocol::imap}) {
    const Stage stage(protocol, kPipelined);
    EXPECT_FALSE(stage.may_type());
    EXPECT_EQ(stage.due(), 1U);
  }
  EXPECT_TRUE(Stage(Protocol::http).may_type()) << "HTTP has none";
}

TEST(DueReplies, ACommandWaitsUntilAllBeforeItIsAnswered) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("NOOP");
  EXPECT_FALSE(stage.may_type());
  stage.hears("250-still");
  EXPECT_FALSE(stage.may_type()) << "the reply goes on";
  stage.hears("250 here");
  EXPECT_TRUE(stage.may_type());
}

TEST(DueReplies, PipelinedCommandsDoNotWait) {
  Stage stage(Protocol::smtp, kPipelined);
  stage.hears("220 hi").says("NOOP").says("NOOP").says("RSET");
  EXPECT_EQ(stage.due(), 3U);
  stage.hears("250 a").hears("250 b").hears("250 c");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, WhatFollowsDataDependsOnItsAnswer) {
  Stage stage(Protocol::smtp, kPipelined);
  stage.hears("220 hi").says("MAIL FROM:<a@b.c>").says("RCPT TO:<d@e.f>").says("DATA");
  EXPECT_FALSE(stage.may_type());
  stage.hears("250 ok").hears("250 ok").hears("354 go");
  stage.says("Hello").says("..").says("QUIT").says(".");
  EXPECT_EQ(stage.due(), 1U) << "only the dot is answered";
  stage.hears("250 kept");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, AfterARefusedDataLinesAreCommands) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("DATA").hears("503 no").says("QUIT");
  EXPECT_EQ(stage.due(), 1U);
}

TEST(DueReplies, LmtpAnswersTheDotForEachRecipientThatItAccepted) {
  Stage stage(Protocol::lmtp);
  stage.hears("220 hi").says("MAIL FROM:<a@b.c>").hears("250 ok");
  stage.says("RCPT TO:<d@e.f>").hears("250 ok").says("RCPT TO:<g@h.i>").hears("550 no");
  stage.says("RCPT TO:<j@k.l>").hears("250 ok").says("DATA").hears("354 go").says(".").hears("250 for d");
  EXPECT_EQ(stage.due(), 1U);
  stage.hears("452 not for j");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ABdatChunkIsSoManyOctets) {
  Stage stage(Protocol::smtp, kPipelined);
  stage.hears("220 hi").says("BDAT 7").says("Hello").says("BDAT 5 LAST").says("WorldNOOP");
  EXPECT_EQ(stage.sent(), "BDAT 7\r\nHello\r\nBDAT 5 LAST\r\nWorldNOOP\r\n")
      << "what follows the chunk is a line of its own";
  EXPECT_EQ(stage.due(), 3U);
  EXPECT_EQ(stage.shown(), "S: 220 hi\nC: BDAT 7\nC: Hello\nC: BDAT 5 LAST\nC: World\nC: NOOP\n");
}

TEST(DueReplies, AChunkThatEndsWithItsLineHasNoLineEnd) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("BDAT 5 LAST").says("Hello");
  EXPECT_EQ(stage.sent(), "BDAT 5 LAST\r\nHello");
  EXPECT_FALSE(stage.may_type());
}

TEST(DueReplies, Pop3TakesLinesUpToTheDotAfterListButNotAfterListOne) {
  Stage stage(Protocol::pop3, kPipelined);
  stage.hears("+OK hi").says("LIST").says("list 1").says("RETR 1").says("UNHEARD OF");
  stage.hears("+OK").hears("1 120").hears(".");
  EXPECT_EQ(stage.due(), 3U);
  stage.hears("+OK 1 120");
  EXPECT_EQ(stage.due(), 2U);
  stage.hears("+OK").hears("+OK").hears("-ERR").hears("..").hears(".").hears("-ERR no");
  EXPECT_TRUE(stage.is_done()) << stage.shown();
}

TEST(DueReplies, ImapAnswersByTagInAnyOrder) {
  Stage stage(Protocol::imap, kPipelined);
  stage.hears("* OK hi").says("a NOOP").says("b NOOP").says("c CAPABILITY");
  stage.hears("b OK done").hears("* CAPABILITY IMAP4rev1").hears("c OK done");
  EXPECT_EQ(stage.due(), 1U);
  stage.hears("a OK done");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ALiteralWaitsForTheServerUnlessItNeedNot) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a APPEND INBOX {12}");
  EXPECT_FALSE(stage.may_type());
  EXPECT_EQ(stage.due(), 1U);
  stage.hears("+ go").says("a: b").says("").says("Hi");
  EXPECT_FALSE(stage.is_done());
  EXPECT_TRUE(stage.may_type()) << "the literal has ended, but not the command";
  stage.says("").hears("a OK done");
  EXPECT_TRUE(stage.is_done());
  stage.says("b APPEND INBOX {2+}").says("Hi{3}");
  EXPECT_FALSE(stage.may_type()) << "another literal";
  stage.hears("+ go").says("abc").hears("b OK done");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ARefusedLiteralIsNotSent) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a APPEND INBOX {5}").hears("a NO full");
  EXPECT_TRUE(stage.is_done());
  stage.says("b LOGOUT").hears("* BYE").hears("b OK done");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, IdleGoesOnUntilDone) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a IDLE");
  EXPECT_FALSE(stage.may_type());
  stage.hears("+ idling").hears("* 3 EXISTS").says("DONE");
  EXPECT_EQ(stage.due(), 1U);
  stage.hears("a OK done");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ACommandWithoutATagIsAnsweredByAnUntaggedBad) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("NOOP").hears("* BAD what?");
  EXPECT_TRUE(stage.is_done());
  stage.says("NOOP").hears("NOOP BAD what?");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ARequestIsALineItsFieldsAndItsBody) {
  Stage stage(Protocol::http);
  stage.says("POST / HTTP/1.1").says("Host: a").says("Content-Length: 5").says("").says("Hello");
  EXPECT_TRUE(stage.sent().ends_with("\r\n\r\nHello"));
  EXPECT_EQ(stage.due(), 1U);
  EXPECT_FALSE(stage.may_type());
  stage.hears("HTTP/1.1 100 Continue").hears("");
  EXPECT_EQ(stage.due(), 1U) << "the answer follows later";
  stage.hears("HTTP/1.1 204 No Content").hears("");
  EXPECT_TRUE(stage.is_done());
}

TEST(DueReplies, ABodyInChunksEndsWithAnEmptyOne) {
  Stage stage(Protocol::http);
  stage.says("POST / HTTP/1.1").says("Host: a").says("Transfer-Encoding: chunked").says("");
  stage.says("5").says("Hello").says("0");
  EXPECT_NE(stage.conversation().inside(), "");
  stage.says("");
  EXPECT_EQ(stage.conversation().inside(), "");
  EXPECT_FALSE(stage.may_type());
}

TEST(DueReplies, ARequestThatIsNoneEndsWithItsEmptyLine) {
  Stage stage(Protocol::http);
  stage.says("GET /a b c").says("Host : a").says("");
  EXPECT_EQ(stage.due(), 1U);
  EXPECT_FALSE(stage.may_type());
}

TEST(DueReplies, ABodyUpToTheEndOfTheConnection) {
  Stage stage(Protocol::http);
  stage.says("GET / HTTP/1.0").says("").hears("HTTP/1.0 200 OK").hears("");
  stage.conversation().receive("no line end");
  EXPECT_EQ(stage.due(), 1U);
  stage.conversation().end_of_stream();
  EXPECT_TRUE(stage.is_done());
  EXPECT_TRUE(stage.shown().ends_with("S: no line end\n"));
}

TEST(DueReplies, TwoAnswersInOneLineAreShownApart) {
  Stage stage(Protocol::http, kPipelined);
  stage.says("GET / HTTP/1.1").says("").says("GET / HTTP/1.1").says("");
  stage.conversation().receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHiHTTP/1.1 204 No\r\n\r\n");
  EXPECT_TRUE(stage.is_done());
  EXPECT_TRUE(stage.shown().ends_with("S: Hi\nS: HTTP/1.1 204 No\nS: \n")) << stage.shown();
}

TEST(Notation, ABraceIsDoubledUnlessItAnnouncesALiteral) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a LIST \"\" {x}").hears("a OK done").says("b APPEND {b} {3+}").says("{n}");
  EXPECT_EQ(stage.notation(), "a LIST \"\" {{x}\nb APPEND {{b} {3+}\n{{n}\n");
}

}  // namespace
}  // namespace backtalk::talk::test
