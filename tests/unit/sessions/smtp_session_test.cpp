// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an SMTP client says and when, by RFC 5321, 2920, 3030 and 2033.
#include <gtest/gtest.h>

#include <array>

#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

constexpr std::string_view kMessage = "Subject: x\r\n\r\nHello\r\n.\r\n";
constexpr std::string_view kChunk = "Subject: x\r\n\r\nHello\r\n";
const std::string kMail = "MAIL FROM:<a@example.org>\r\n";
const std::string kRcpt = "RCPT TO:<b@example.net>\r\n";
const std::string kGroup = kMail + kRcpt + "DATA\r\n";
const std::string kBdat = kMail + kRcpt + "BDAT 21 LAST\r\n" + std::string(kChunk);

TEST(SmtpSession, LockStepWaitsForEveryReply) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "");  // the server speaks first
  EXPECT_EQ(talk.says("220 server.example ESMTP\r\n"), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says(kFullEhlo), kMail);
  EXPECT_EQ(talk.says("250 ok\r\n"), kRcpt);
  EXPECT_EQ(talk.says("250 ok\r\n"), "DATA\r\n");
  EXPECT_EQ(talk.says("354 go\r\n"), kMessage);
  EXPECT_EQ(talk.says("250 queued\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
  EXPECT_EQ(talk.says("221 bye\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpSession, GroupEndsWithDataAndTheNextGroupRidesBehindTheDot) {  // RFC 2920 3.1
  SmtpDialogue talk(plan_of(2));
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), kGroup);
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n354 go\r\n"), std::string(kMessage) + kGroup);
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says("250 queued\r\n"), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n354 go\r\n"), kMessage);
  talk.says("250 queued\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
}

TEST(SmtpSession, TheNextGroupCanWaitForTheReply) {
  SmtpPlan plan = plan_of(2);
  plan.next = SmtpPlan::Next::after_reply;
  SmtpDialogue talk(plan);
  talk.supply = 2;
  EXPECT_EQ(talk.greet(), kGroup);
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n354 go\r\n"), kMessage);
  EXPECT_EQ(talk.says("250 queued\r\n"), kGroup);
}

TEST(SmtpSession, ChunksNeedNoWaiting) {  // RFC 3030
  SmtpDialogue talk(plan_of(3, SmtpPlan::Submission::bdat));
  talk.supply = 4;
  EXPECT_EQ(talk.greet(), kBdat + kBdat + kBdat);
  EXPECT_EQ(talk.says("250 ok\r\n250 ok\r\n250 queued\r\n"), kBdat);
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(SmtpSession, LockStepWithChunks) {
  SmtpDialogue talk(plan_of(1, SmtpPlan::Submission::bdat));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), kMail);
  EXPECT_EQ(talk.says("250 ok\r\n"), kRcpt);
  EXPECT_EQ(talk.says("250 ok\r\n"), "BDAT 21 LAST\r\n" + std::string(kChunk));
}

TEST(SmtpSession, WithoutPipeliningEverythingIsInLockStepAndANoteSaysSo) {
  SmtpDialogue talk(plan_of(8));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("250 server.example\r\n"), kMail);
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("PIPELINING"), std::string::npos);
}

TEST(SmtpSession, WithoutChunkingMessagesGoWithDataAndANoteSaysSo) {
  SmtpDialogue talk(plan_of(2, SmtpPlan::Submission::bdat));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("250-server.example\r\n250 PIPELINING\r\n"), kGroup);
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("CHUNKING"), std::string::npos);
}

// DATA ends a group of commands (RFC 2920 3.1), so a depth above 2 matters only where DATA is not
// used.
TEST(SmtpSession, ADepthWithoutEffectIsNoted) {
  const auto notes_of = [](SmtpPlan plan, std::string_view ehlo = kFullEhlo) {
    SmtpDialogue talk(std::move(plan));
    talk.greet(ehlo);
    std::size_t notes = 0;
    for (const std::string& note : talk.recorder.notes) notes += note.find("-p above 2") != std::string::npos;
    return notes;
  };
  EXPECT_EQ(notes_of(plan_of(3)), 1U);
  EXPECT_EQ(notes_of(plan_of(2)), 0U);
  EXPECT_EQ(notes_of(plan_of(3, SmtpPlan::Submission::bdat)), 0U);
  EXPECT_EQ(notes_of(plan_of(3, SmtpPlan::Submission::bdat), "250-s\r\n250 PIPELINING\r\n"), 1U);
  EXPECT_EQ(notes_of(plan_of(3), "250 s\r\n"), 0U) << "lock step, which has a note of its own";
  SmtpPlan noops = plan_of(3);
  noops.exercise = SmtpPlan::Exercise::noop;
  EXPECT_EQ(notes_of(noops), 0U);
}

TEST(SmtpSession, ARefusedEhloMeansHeloWithoutExtensions) {  // RFC 5321 4.1.4
  SmtpDialogue talk(plan_of(8));
  talk.supply = 1;
  talk.says("220 old\r\n");
  EXPECT_EQ(talk.says("502 what?\r\n"), "HELO client.example\r\n");
  EXPECT_EQ(talk.says("250 old\r\n"), kMail);
}

TEST(SmtpSession, SizeAndBodyAreDeclaredIfOffered) {  // RFC 1870, RFC 6152
  SmtpPlan plan = plan_of(1);
  plan.message = make_wire_message("Gr\xC3\xBC\xC3\x9F\r\n");
  SmtpDialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.greet("250-s\r\n250-SIZE 1000\r\n250 8BITMIME\r\n"),
            "MAIL FROM:<a@example.org> SIZE=8 BODY=8BITMIME\r\n");
}

TEST(SmtpSession, NumbersInAddressesAreThoseOfTransactions) {
  SmtpPlan plan = plan_of(2);
  plan.from = "s{n}@example.org";
  plan.recipients = {"u{n}@example.net", "v{n}.{n}@example.net"};
  SmtpDialogue talk(plan);
  talk.begun = 41;
  talk.supply = 1;
  EXPECT_EQ(
      talk.greet(),
      "MAIL FROM:<s41@example.org>\r\nRCPT TO:<u41@example.net>\r\nRCPT TO:<v41.41@example.net>\r\nDATA\r\n");
}

// --- Refusals

TEST(SmtpSession, MailRefusedInLockStepEndsTheTransactionAtOnce) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("451 later\r\n"), kMail);  // the next one; nothing to reset
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-4xx");
}

TEST(SmtpSession, OneRecipientOfTwoIsEnough) {
  SmtpPlan plan = plan_of(1);
  plan.recipients = {"bad@example.net", "b@example.net"};
  SmtpDialogue talk(plan);
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.says("550 no\r\n"), kRcpt);
  EXPECT_EQ(talk.says("250 ok\r\n"), "DATA\r\n");
  talk.says("354 go\r\n");
  talk.says("250 queued\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.refused["RCPT"], 1);
  EXPECT_EQ(talk.recorder.statuses["RCPT"], (std::map<std::string, int>{{"250", 1}, {"550", 1}}));
  EXPECT_EQ(talk.recorder.statuses["DATA"], (std::map<std::string, int>{{"354", 1}}));
}

TEST(SmtpSession, WithoutRecipientsAResetComesBeforeTheNext) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.says("550 no\r\n"), "RSET\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), kMail);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
}

// How many messages may begin: one, and a second behind the dot of a group; with chunks, any.
TEST(SmtpSession, RoomIsWhatTheDepthLeaves) {
  for (const unsigned depth : {1U, 2U, 5U}) {
    SmtpDialogue talk(plan_of(depth));
    EXPECT_EQ(talk.session.room(), 0U);
    talk.greet();
    EXPECT_EQ(talk.session.room(), 1U);
    talk.supply = 1;
    talk.client();
    EXPECT_EQ(talk.session.room(), 0U) << "its dot is not in sight";
    if (depth > 1) {
      talk.says("250 x\r\n250 x\r\n354 x\r\n");
      EXPECT_EQ(talk.session.room(), 1U) << "behind the dot";
    }
    talk.session.finish();
    EXPECT_EQ(talk.session.room(), 0U);

    SmtpDialogue chunks(plan_of(depth, SmtpPlan::Submission::bdat));
    chunks.greet();
    EXPECT_EQ(chunks.session.room(), depth);
    chunks.supply = 1;
    chunks.client();
    EXPECT_EQ(chunks.session.room(), depth - 1);
  }
}

TEST(SmtpSession, OneResetIsEnough) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 3;
  talk.greet();
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.says("550 no\r\n"), "RSET\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), kMail);
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  EXPECT_EQ(talk.says("250 queued\r\n"), kMail) << "nothing is left of the first";
}

TEST(SmtpSession, RepliesInAGroupMatchTheirCommands) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 2;
  talk.greet();
  EXPECT_EQ(talk.says("250 ok\r\n550 no\r\n554 no valid recipients\r\n"), "RSET\r\n" + kGroup);
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.refused["RCPT"], 1);
  EXPECT_EQ(talk.recorder.refused["DATA"], 1);
  EXPECT_EQ(talk.says("250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n"), kMessage);
  talk.says("250 queued\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(SmtpSession, DataAcceptedWithoutRecipientsIsAnsweredWithALoneDot) {  // RFC 2920 3.1
  SmtpDialogue talk(plan_of(2));
  talk.supply = 1;
  talk.greet();
  EXPECT_EQ(talk.says("250 ok\r\n550 no\r\n354 go\r\n"), ".\r\n");
  talk.says("554 no valid recipients\r\n");
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.completed(), 0U);
}

TEST(SmtpSession, AMessageCanBeRefusedAtItsEnd) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n354 go\r\n");
  talk.says("552 too big\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

TEST(SmtpSession, ChunkRefusedIsFollowedByResetBeforeTheNextMail) {  // RFC 3030 2
  SmtpDialogue talk(plan_of(2, SmtpPlan::Submission::bdat));
  talk.supply = 3;
  talk.greet();
  EXPECT_EQ(talk.says("250 ok\r\n550 no\r\n554 no\r\n"), "RSET\r\n" + kBdat);
  EXPECT_EQ(talk.recorder.failed(), 1U);
}

// Whatever command is refused, alone or in a group, its transaction fails under the class of the
// code, once, and the connection goes on with the next message.
TEST(SmtpSession, EveryRefusalFailsItsTransaction) {
  for (const auto submission : {SmtpPlan::Submission::data, SmtpPlan::Submission::bdat}) {
    const bool chunks = submission == SmtpPlan::Submission::bdat;
    for (const unsigned depth : {1U, 2U}) {
      for (std::size_t refused = 0; refused < (chunks ? 3U : 4U); ++refused) {
        for (const std::string_view code : {"450", "554"}) {
          SmtpDialogue talk(plan_of(depth, submission));
          talk.supply = 1;
          talk.greet();
          for (std::size_t at = 0; at < refused; ++at) talk.says(at == 2 ? "354 go\r\n" : "250 ok\r\n");
          EXPECT_EQ(talk.recorder.ends.size(), 0U);
          talk.says(std::string(code) + " no\r\n");
          // Of a group, what the server makes of the rest.
          for (int rest = 0; talk.session.waiting_since() != 0 && rest < 4; ++rest) {
            talk.says(talk.recorder.sent["RSET"] > 0 ? "250 reset\r\n" : "503 sequence\r\n");
          }
          const std::string where = std::string(chunks ? "bdat" : "data") + " depth " +
                                    std::to_string(depth) + ", command " + std::to_string(refused) +
                                    ", code " + std::string(code);
          ASSERT_EQ(talk.recorder.ends.size(), 1U) << where;
          EXPECT_EQ(talk.recorder.failed(), 1U) << where;
          EXPECT_EQ(talk.recorder.ends[0].reason, code == "450" ? "reply-4xx" : "reply-5xx") << where;
          EXPECT_FALSE(talk.recorder.ends[0].in_doubt) << where;
          EXPECT_FALSE(talk.session.over()) << where;
          talk.supply = 1;
          std::string next = talk.client();
          if (next == "RSET\r\n") next = talk.says("250 reset\r\n");
          EXPECT_TRUE(next.find(kMail) != std::string::npos) << where << ": " << next;
        }
      }
    }
  }
}

// Wherever a connection broke, the next one begins with nothing of it.
TEST(SmtpSession, ANewConnectionBeginsAfresh) {
  std::string fresh;
  for (const std::string_view cut :
       {"", "2", "220-a\r\n22", "250 ok\r\n25", "250 ok\r\n550 no\r\n", "550 no\r\n", "450 no\r\n",
        "250 ok\r\n250 ok\r\n354 go\r\n", "421 bye\r\n", "250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"}) {
    for (const auto submission : {SmtpPlan::Submission::data, SmtpPlan::Submission::bdat}) {
      SmtpDialogue talk(plan_of(2, submission));
      if (!cut.empty()) {
        talk.supply = 2;
        if (cut.starts_with('2') && cut[1] != '5') {
          talk.says(cut);
        } else {
          talk.greet();
          talk.says(cut);
        }
        talk.session.finish();
        talk.client();
        talk.session.end(Ending::failed, kReset, talk.now());
        EXPECT_TRUE(talk.session.over()) << cut;
        talk.session.restart(talk.now());
      }
      const std::size_t completed = talk.recorder.completed();
      talk.supply = 1;
      // Without CHUNKING and PIPELINING: what the server offered before does not count.
      std::string said = talk.greet("250 server.example\r\n");
      for (const std::string_view reply : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n"}) {
        said += talk.says(reply);
      }
      if (submission == SmtpPlan::Submission::data) {
        if (cut.empty()) fresh = said;
        EXPECT_EQ(said, fresh) << cut;
      }
      EXPECT_EQ(talk.recorder.completed(), completed + 1) << cut;
      EXPECT_EQ(talk.session.waiting_since(), 0U) << cut;
    }
  }
}

// What comes after the end has been said changes nothing: neither the counts nor what was heard.
TEST(SmtpSession, AConnectionEndsOnce) {
  for (const std::string_view how : {kServerClosed, kReset, kTlsTruncated, kTimeout}) {
    for (const std::string_view last : {"25", "250 ok\r\n55", "421 bye\r\n", "?\r\n"}) {
      SmtpDialogue talk(plan_of(2));
      talk.supply = 1;
      talk.greet();
      talk.says(last);
      talk.session.end(Ending::failed, kReset, talk.now());
      ASSERT_TRUE(talk.session.over());
      const std::size_t ends = talk.recorder.ends.size();
      const std::size_t said = talk.recorder.said.size();
      const auto failures = talk.recorder.failures;
      talk.session.end(Ending::failed, how, talk.now());
      talk.session.consume("250 ok\r\n", talk.now());
      EXPECT_EQ(talk.recorder.ends.size(), ends) << last;
      EXPECT_EQ(talk.recorder.said.size(), said) << last;
      EXPECT_EQ(talk.recorder.failures, failures) << last;
      EXPECT_EQ(talk.client(), "") << last;
      EXPECT_FALSE(talk.session.wants_tls());
    }
  }
}

// A server that knows only HELO offers nothing, whatever it offered on the connection before.
TEST(SmtpSession, WhatWasOfferedBeforeDoesNotCount) {
  SmtpPlan plan = plan_of(3);
  plan.exercise = SmtpPlan::Exercise::noop;
  SmtpDialogue talk(plan);
  talk.supply = 3;
  EXPECT_EQ(talk.greet(), "NOOP\r\nNOOP\r\nNOOP\r\n");
  talk.says("250 ok\r\n250 ok\r\n250 ok\r\n");
  talk.session.finish();
  talk.client();
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  talk.session.restart(talk.now());
  talk.supply = 3;
  EXPECT_EQ(talk.greet("502 what\r\n"), "HELO client.example\r\n");
  EXPECT_EQ(talk.says("250 server.example\r\n"), "NOOP\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "NOOP\r\n");
}

// --- LMTP

// In whatever order the recipients are delivered to: one is enough, and only the last reply ends
// the transaction.
TEST(SmtpSession, LmtpCompletesIfAnyRecipientHasTheMessage) {
  for (const auto submission : {SmtpPlan::Submission::data, SmtpPlan::Submission::bdat}) {
    for (unsigned outcome = 0; outcome < 8; ++outcome) {
      SmtpPlan plan = plan_of(2, submission);
      plan.lmtp = true;
      plan.recipients = {"a@x", "b@x", "c@x"};
      SmtpDialogue talk(plan);
      talk.supply = 1;
      talk.greet();
      talk.says("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
      if (submission == SmtpPlan::Submission::data) talk.says("354 go\r\n");
      for (unsigned recipient = 0; recipient < 3; ++recipient) {
        EXPECT_EQ(talk.recorder.ends.size(), 0U) << outcome;
        const bool accepted = (outcome >> recipient & 1) != 0;
        talk.says(accepted ? "250 delivered\r\n" : recipient == 0 ? "450 later\r\n" : "550 no\r\n");
      }
      ASSERT_EQ(talk.recorder.ends.size(), 1U) << outcome;
      EXPECT_EQ(talk.recorder.completed(), outcome == 0 ? 0U : 1U) << outcome;
      if (outcome == 0) {
        EXPECT_EQ(talk.recorder.ends[0].reason, "reply-4xx");
      }
    }
  }
}

TEST(SmtpSession, LmtpAnswersOnceForEachAcceptedRecipient) {  // RFC 2033 4.2
  SmtpPlan plan = plan_of(2);
  plan.lmtp = true;
  plan.recipients = {"a@x", "b@x", "c@x"};
  SmtpDialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.says("220 lmtp\r\n"), "LHLO client.example\r\n");
  talk.says(kFullEhlo);
  talk.says("250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n");
  talk.says("250 delivered\r\n");
  EXPECT_EQ(talk.recorder.ends.size(), 0U);
  talk.says("452 full\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.sent["DOT"], 2);
  EXPECT_EQ(talk.recorder.accepted["DOT"], 1);
  EXPECT_EQ(talk.recorder.refused["DOT"], 1);
}

// --- The end

TEST(SmtpSession, AMessageSentWholeWithoutAReplyIsInDoubt) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n354 go\r\n");  // the message, its dot, and the next group are out
  talk.session.end(Ending::failed, "closed", 99);
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  EXPECT_TRUE(talk.recorder.ends[0].in_doubt);
  EXPECT_FALSE(talk.recorder.ends[1].in_doubt);
  EXPECT_EQ(talk.recorder.ends[1].reason, "closed");
  EXPECT_TRUE(talk.recorder.failures.empty());  // the transactions carry the blame
}

// It asks the server for nothing that could be half done.
TEST(SmtpSession, AnUnansweredNoopIsNotInDoubt) {
  SmtpPlan plan = plan_of(2);
  plan.exercise = SmtpPlan::Exercise::noop;
  SmtpDialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.greet(), "NOOP\r\n");
  talk.session.end(Ending::failed, "closed", 99);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

TEST(SmtpSession, NoReplyIsLateWhileAChunkIsBeingSent) {
  SmtpPlan plan = plan_of(1, SmtpPlan::Submission::bdat);
  plan.message = make_wire_message(std::string(3 * Session::kOutputMin, 'x'));
  Recorder recorder(kSmtpNames);
  SmtpSession session(plan, {.observer = recorder});
  std::array<char, Session::kOutputMin> out;
  session.restart(1);
  session.consume("220 s\r\n", 1);
  while (session.produce(out, 1) > 0) {
  }
  session.consume(kFullEhlo, 1);
  session.begin({.number = 0, .scheduled = 1, .measured = true});
  session.produce(out, 1);
  session.consume("250 ok\r\n", 2);
  session.produce(out, 2);
  session.consume("250 ok\r\n", 3);
  ASSERT_GT(session.produce(out, 10), 0U);  // BDAT and the first stretch
  EXPECT_EQ(session.waiting_since(), 10U);
  ASSERT_GT(session.produce(out, 500), 0U);  // the next, once that one was taken
  EXPECT_EQ(session.waiting_since(), 500U);
  while (session.produce(out, 900) > 0) {
  }
  EXPECT_EQ(session.waiting_since(), 900U);  // all of it is out: from here on an answer is owed
}

TEST(SmtpSession, ADecidedRefusalKeepsItsReason) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 1;
  talk.greet();
  talk.says("550 no\r\n");  // MAIL is refused, RCPT and DATA are still unanswered
  talk.session.end(Ending::failed, "closed", 99);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
}

TEST(SmtpSession, ClosingAfterQuitIsNotAnError) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
  talk.session.end(Ending::failed, "closed", 99);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpSession, ALimitOfMessagesEndsTheConnection) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 3;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.says("250 queued\r\n");
  EXPECT_EQ(talk.says("452 too many messages on this connection\r\n"), "QUIT\r\n");
  EXPECT_EQ(talk.recorder.failed(), 1U);
}

}  // namespace
}  // namespace backtalk::session::test
