// SPDX-License-Identifier: Apache-2.0 OR MIT
// Servers that say the wrong thing at the wrong time: the error has a name, and every transaction
// that was begun ends exactly once.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

struct Wrong {
  std::string_view title;
  std::string_view bytes;
  std::string_view reason;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.title;
}

class AfterMail : public testing::TestWithParam<Wrong> {};

// In lock step, MAIL is out and the server answers with this.
TEST_P(AfterMail, TheTransactionFailsUnderThatName) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  talk.greet();
  talk.says(GetParam().bytes);
  ASSERT_EQ(talk.recorder.ends.size(), 1U) << GetParam().title;
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
  EXPECT_EQ(talk.recorder.ends[0].reason, GetParam().reason);
  EXPECT_EQ(talk.session.over(), GetParam().reason != "reply-5xx");
}

INSTANTIATE_TEST_SUITE_P(Wrongs, AfterMail,
                         testing::Values(Wrong{"bare LF", "250 ok\n", "protocol-bare-lf"},
                                         Wrong{"bare CR", "250 ok\rx", "protocol-bare-cr"},
                                         Wrong{"no code", "hello\r\n", "protocol-bad-code"},
                                         Wrong{"NUL", std::string_view("250 o\0k\r\n", 9), "protocol-nul"},
                                         Wrong{"codes differ", "250-a\r\n251 b\r\n",
                                               "protocol-code-mismatch"},
                                         Wrong{"354 to MAIL", "354 go\r\n", "reply-unexpected"},
                                         Wrong{"plain refusal", "550 no\r\n", "reply-5xx"}));

// A chunk is answered while most of it is still to be sent: too big, says a server that has read
// the BDAT line alone.
class EarlyAnswer : public testing::TestWithParam<std::string_view> {};

TEST_P(EarlyAnswer, ToAChunkEndsTheTransactionOnceTheChunkIsSent) {
  for (const std::string_view ehlo : {kFullEhlo, std::string_view("250-hi\r\n250 CHUNKING\r\n")}) {
    SmtpPlan plan = plan_of(2, SmtpPlan::Submission::bdat);
    plan.message = make_wire_message(std::string(100'000, 'x'));
    SmtpDialogue talk(plan);
    talk.greet(ehlo);
    talk.session.begin({.number = 1, .scheduled = 1});
    std::array<char, 8192> buffer;
    std::string out;
    for (const std::string_view reply : {"250 sender\r\n", "250 recipient\r\n", ""}) {
      out.append(buffer.data(), talk.session.produce(buffer, 5));
      talk.session.consume(reply, 6);
    }
    ASSERT_LT(out.size(), 100'000U);
    talk.session.consume(GetParam(), 7);
    // The octets of the chunk must follow whatever the reply is (RFC 3030 2).
    EXPECT_TRUE(talk.recorder.ends.empty());
    talk.client();
    ASSERT_EQ(talk.recorder.ends.size(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].ending, GetParam().starts_with('2') ? Ending::completed : Ending::failed);
    EXPECT_GT(talk.session.room(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Answers, EarlyAnswer, testing::Values("552 too big\r\n", "250 ok\r\n"));

// A message is halfway out and the server has had enough. A second transaction may be in flight
// behind it.
class RefusedMidway : public testing::TestWithParam<unsigned> {
 protected:
  // Sends a first stretch of the message, and has the server say this.
  void refuse(std::string_view reply) {
    const auto produce = [this] {
      return std::string_view(buffer_.data(), talk.session.produce(buffer_, 5));
    };
    talk.greet();
    for (const std::string_view go : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n"}) {
      while (talk.session.room() > 0) talk.session.begin({.number = talk.begun++, .scheduled = 1});
      while (!produce().empty()) {
      }
      talk.session.consume(go, 6);
    }
    while (talk.session.room() > 0) talk.session.begin({.number = talk.begun++, .scheduled = 1});
    ASSERT_EQ(produce().size(), buffer_.size()) << "a stretch of the message";
    talk.session.consume(reply, 7);
  }

  static SmtpPlan plan() {
    SmtpPlan plan = plan_of(GetParam());
    plan.message = make_wire_message(std::string(100'000, 'x'));
    return plan;
  }
  std::array<char, 8192> buffer_{};
  SmtpDialogue talk{plan()};
};

TEST_P(RefusedMidway, TheMessageFailsAsTheReplySays) {
  refuse("552 5.3.4 too big\r\n");
  const bool groups = GetParam() > 1;
  ASSERT_EQ(talk.recorder.ends.size(), groups ? 2U : 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt) << "it was never sent whole";
  if (groups) {
    EXPECT_EQ(talk.recorder.ends[1].reason, "session-given-up");
  }
  EXPECT_TRUE(talk.recorder.failures.empty()) << "the transactions carry the blame";
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-5xx");
  EXPECT_EQ(talk.recorder.said[0].command, "DATA");
  EXPECT_EQ(talk.recorder.said[0].text, "552 5.3.4 too big");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.client(), "") << "the rest of the message stays here";
}

TEST_P(RefusedMidway, ByAServerThatLeaves) {
  refuse("421 4.3.2 shutting down\r\n");
  ASSERT_FALSE(talk.recorder.ends.empty());
  for (const TransactionEnd& end : talk.recorder.ends) EXPECT_EQ(end.reason, "service-closing");
  EXPECT_EQ(talk.recorder.ends.size(), talk.begun);
}

TEST_P(RefusedMidway, WhatIsNoRefusalIsNoAnswer) {
  refuse("250 fine so far\r\n");
  ASSERT_FALSE(talk.recorder.ends.empty());
  EXPECT_EQ(talk.recorder.ends[0].reason, "unsolicited-reply");
  EXPECT_EQ(talk.recorder.ends.size(), talk.begun);
}

INSTANTIATE_TEST_SUITE_P(LockStepAndGroups, RefusedMidway, testing::Values(1, 2));

// It is an answer to what is being sent, so those before it were not matched to the wrong command.
TEST(SmtpSessionHostile, ARefusalMidwayPutsNothingInDoubt) {
  SmtpPlan plan = plan_of(1);
  plan.message = make_wire_message(std::string(100'000, 'x'));
  SmtpDialogue talk(plan);
  talk.supply = 2;
  talk.greet();
  for (const std::string_view reply :
       {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n", "250 ok\r\n", "250 ok\r\n"})
    talk.says(reply);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  talk.session.consume("354 go\r\n", talk.now());
  std::array<char, Session::kOutputMin> buffer;
  ASSERT_EQ(talk.session.produce(buffer, talk.now()), buffer.size());
  talk.session.consume("552 too big\r\n", talk.now());
  EXPECT_EQ(talk.recorder.ends.at(1).reason, "reply-5xx");
  EXPECT_TRUE(talk.recorder.notes.empty());
}

// BDAT was answered while the chunk was on its way, and then the server thinks better of it.
TEST(SmtpSessionHostile, NothingIsSentAfterAFailure) {
  SmtpDialogue talk(plan_of(1));
  EXPECT_EQ(talk.says("220 server.example\r\n220 server.example\r\n"), "") << "EHLO was to come next";
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"unsolicited-reply"});
}

TEST(SmtpSessionHostile, AChunkIsRefusedAfterItsAnswer) {
  SmtpPlan plan = plan_of(2, SmtpPlan::Submission::bdat);
  plan.message = make_wire_message(std::string(100'000, 'x'));
  SmtpDialogue talk(plan);
  std::array<char, 8192> buffer{};
  talk.greet();
  talk.session.begin({.number = 0, .scheduled = 1});
  EXPECT_GT(talk.session.produce(buffer, 5), 0U);
  talk.session.consume("250 ok\r\n250 ok\r\n250 got it\r\n554 or not\r\n", 6);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-5xx");
  EXPECT_TRUE(talk.session.over());
}

TEST(SmtpSessionHostile, AnUnsolicitedReplyFails) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.says("250 surprise\r\n");
  ASSERT_EQ(talk.recorder.failures.size(), 1U);
  EXPECT_EQ(talk.recorder.failures[0], "unsolicited-reply");
  EXPECT_TRUE(talk.session.over());
}

// Every reply comes twice. With BDAT nothing shows it until all commands are answered: the second
// message seems to be accepted before the server has seen it.
TEST(SmtpSessionHostile, DuplicateRepliesPutCompletedMessagesInDoubt) {
  SmtpDialogue talk(plan_of(2, SmtpPlan::Submission::bdat));
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 queued\r\n250 queued\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_TRUE(talk.recorder.notes.empty());
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"unsolicited-reply"});
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("may not have been accepted"), std::string::npos);
}

TEST(SmtpSessionHostile, AnExtraReplyBeforeAnyCompletionCastsNoDoubt) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.says("250 surprise\r\n");
  EXPECT_TRUE(talk.recorder.notes.empty());
}

TEST(SmtpSessionHostile, AnEarlyReplyToEhloFails) {
  SmtpDialogue talk(plan_of(1));
  talk.says("220 hi\r\n250 too early\r\n");
  ASSERT_EQ(talk.recorder.failures.size(), 1U);
  EXPECT_EQ(talk.recorder.failures[0], "unsolicited-reply");
}

TEST(SmtpSessionHostile, RepliesAfterTheGoodbyeAreIgnored) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.session.finish();
  talk.client();
  talk.says("221 bye\r\n250 and another thing\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.says("garbage"), "");
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpSessionHostile, RefusedAtTheDoor) {
  SmtpDialogue talk(plan_of(1));
  talk.says("554 go away\r\n");
  ASSERT_EQ(talk.recorder.failures.size(), 1U);
  EXPECT_EQ(talk.recorder.failures[0], "greeting-refused");
}

// --- Connections that end without a word

struct Silence {
  Ending ending;
  std::string_view reason;
  std::string_view name;  ///< that it is counted under; empty: it is not
};

void PrintTo(const Silence& silence, std::ostream* out) {
  *out << (silence.ending == Ending::failed ? silence.reason : "unfinished");
}

class SilenceAfterQuit : public testing::TestWithParam<Silence> {};

TEST_P(SilenceAfterQuit, HasItsName) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.session.finish();
  ASSERT_EQ(talk.client(), "QUIT\r\n");
  talk.session.end(GetParam().ending, GetParam().reason, 99);
  EXPECT_TRUE(talk.session.over());
  if (GetParam().name.empty()) {
    EXPECT_TRUE(talk.recorder.failures.empty());
    EXPECT_TRUE(talk.recorder.said.empty());
    return;
  }
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{std::string(GetParam().name)});
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, GetParam().name);
  EXPECT_EQ(talk.recorder.said[0].command, "QUIT");
}

INSTANTIATE_TEST_SUITE_P(Ends, SilenceAfterQuit,
                         testing::Values(Silence{Ending::failed, "timeout", "quit-unanswered"},
                                         Silence{Ending::unfinished, "", "quit-unanswered"},
                                         Silence{Ending::unfinished, kRunOver, ""},
                                         Silence{Ending::failed, "closed", ""},
                                         Silence{Ending::failed, "reset", ""}));

class SilenceInTheHandshake : public testing::TestWithParam<Silence> {};

TEST_P(SilenceInTheHandshake, HasItsName) {
  constexpr std::array<std::string_view, 3> kAwaited{"GREETING", "EHLO", "HELO"};
  constexpr std::array<std::string_view, 2> kReplies{"220 hi\r\n", "502 what?\r\n"};
  for (std::size_t answered = 0; answered < kAwaited.size(); ++answered) {
    SmtpDialogue talk(plan_of(1));
    for (std::size_t i = 0; i < answered; ++i) talk.says(kReplies[i]);
    talk.session.end(GetParam().ending, GetParam().reason, 99);
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{std::string(GetParam().name)});
    ASSERT_FALSE(talk.recorder.said.empty());
    EXPECT_EQ(talk.recorder.said.back().name, GetParam().name);
    EXPECT_EQ(talk.recorder.said.back().command, kAwaited[answered]);
  }
}

INSTANTIATE_TEST_SUITE_P(Ends, SilenceInTheHandshake,
                         testing::Values(Silence{Ending::unfinished, "", "handshake-unfinished"},
                                         Silence{Ending::failed, "timeout", "timeout"},
                                         Silence{Ending::failed, "closed", "closed"}));

TEST(SmtpSessionHostile, TheEndOfTheRunIsNotAFailureOfIdleSessions) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.session.end(Ending::unfinished, {}, 99);
  EXPECT_TRUE(talk.recorder.failures.empty());
  Recorder recorder(kSmtpNames);
  const SmtpPlan plan = plan_of(1);
  SmtpSession session(plan, {.observer = recorder});
  session.end(Ending::unfinished, {}, 99);
  EXPECT_TRUE(recorder.failures.empty());
}

TEST(SmtpSessionHostile, ServiceClosingInTheMiddleOfAPipeline) {
  SmtpDialogue talk(plan_of(3, SmtpPlan::Submission::bdat));
  talk.supply = 3;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n250 queued\r\n421 closing\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  ASSERT_EQ(talk.recorder.ends.size(), 3U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "service-closing");  // its MAIL was answered with the 421
  EXPECT_EQ(talk.recorder.ends[2].reason, "service-closing");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());  // the transactions carry the blame
}

// However the server's bytes are cut, the client says the same and reports the same.
TEST(SmtpSessionHostile, CutsDoNotMatter) {
  constexpr std::string_view kServer =
      "220 s\r\n250-s\r\n250-PIPELINING\r\n250 CHUNKING\r\n250 2.1.0 ok\r\n550-no\r\n550 5.1.1 no\r\n554 "
      "no\r\n250 reset\r\n"
      "250 ok\r\n250 ok\r\n250 queued\r\n";
  const auto run = [&](std::size_t piece) {
    SmtpDialogue talk(plan_of(1, SmtpPlan::Submission::bdat));
    talk.supply = 2;
    std::string client;
    for (std::size_t at = 0; at < kServer.size(); at += piece) client += talk.says(kServer.substr(at, piece));
    return std::tuple(client, talk.recorder.completed(), talk.recorder.failed(), talk.recorder.refused);
  };
  // Lock step: the server's script is what a server would say, one reply for each command.
  const auto whole_lines = [&] {
    SmtpDialogue talk(plan_of(1, SmtpPlan::Submission::bdat));
    talk.supply = 2;
    std::string client;
    std::string_view rest = kServer;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n") + 2;
      client += talk.says(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    return std::tuple(client, talk.recorder.completed(), talk.recorder.failed(), talk.recorder.refused);
  };
  EXPECT_EQ(run(1), whole_lines());
}

// A server that answers at random: whatever happens, what was begun ends once, and the queue of
// commands never runs over.
TEST(SmtpSessionHostile, RandomServersNeverBreakTheAccounting) {
  constexpr std::array<std::string_view, 12> kReplies{
      "250 ok\r\n",         "250 ok\r\n",  "250 ok\r\n",  "354 go\r\n", "450 no\r\n", "550 no\r\n",
      "250-a\r\n250 b\r\n", "221 bye\r\n", "421 bye\r\n", "120 hm\r\n", "2",          "x\n"};
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    SmtpPlan plan =
        plan_of(1 + seed % 5, seed % 2 == 0 ? SmtpPlan::Submission::data : SmtpPlan::Submission::bdat);
    plan.recipients.assign(1 + seed % 3, "r@x");
    plan.lmtp = seed % 7 == 0;
    plan.next = seed % 11 == 0 ? SmtpPlan::Next::after_reply : SmtpPlan::Next::with_dot;
    SmtpDialogue talk(plan);
    talk.supply = 20;
    if (seed % 4 != 0) talk.greet();
    // Mostly well-behaved, so that the depths are reached too.
    for (int i = 0; i < 200 && !talk.session.over(); ++i) {
      const bool good = random() % 8 != 0;
      talk.says(good ? (random() % 4 == 0 ? "354 go\r\n" : "250 ok\r\n")
                     : kReplies[random() % kReplies.size()]);
      if (i == 150) talk.session.finish();
    }
    talk.session.end(Ending::unfinished, {}, 9999);
    ASSERT_EQ(talk.recorder.ends.size(), talk.begun) << "seed " << seed;
    for (std::size_t i = 0; i < talk.recorder.ends.size(); ++i) {
      ASSERT_EQ(talk.recorder.ends[i].ticket.number, i) << "seed " << seed;
      ASSERT_EQ(talk.recorder.ends[i].ending == Ending::failed, !talk.recorder.ends[i].reason.empty());
    }
  }
}

}  // namespace
}  // namespace backtalk::session::test
