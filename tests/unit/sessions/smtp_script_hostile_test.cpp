// SPDX-License-Identifier: Apache-2.0 OR MIT
// Servers that say the wrong thing at the wrong time to a client that follows a script: the error
// has a name, and every transaction that was begun ends exactly once.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "smtp_script_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using Names = std::vector<std::string>;

SmtpScriptPlan script_sending(unsigned depth = 1) {
  return scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: DATA", "S: 250", "S: 250", "S: 354",
                   "C: {message}", "S: 250"},
                  depth);
}

SmtpScriptPlan sending_much(unsigned depth = 1) {
  SmtpScriptPlan plan = script_sending(depth);
  plan.message = make_wire_message(std::string(100'000, 'x'));
  return plan;
}

// What the client says in one piece.
std::string piece(SmtpScriptDialogue& talk) {
  std::string buffer(8192, '?');
  buffer.resize(talk.session.produce(buffer, 99));
  return buffer;
}

Names reasons(const SmtpScriptDialogue& talk) {
  Names all;
  for (const TransactionEnd& end : talk.recorder.ends) all.emplace_back(end.reason);
  return all;
}

TEST(SmtpScriptHostile, AnEarlyReplyIsUnasked) {
  SmtpScriptDialogue talk(script_sending());
  talk.greet();
  talk.says("250 surprise\r\n");
  EXPECT_EQ(talk.recorder.failures, Names{"unsolicited-reply"});
  EXPECT_TRUE(talk.session.over());
}

TEST(SmtpScriptHostile, ARepeatedReplyPutsEarlierOnesInDoubt) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "S: 250"}));
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.failures, Names{"unsolicited-reply"});
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
}

// The reply to RCPT comes with that to MAIL: in lock step RCPT was not sent yet.
TEST(SmtpScriptHostile, AReplyBeforeItsCommandFailsThePass) {
  SmtpScriptDialogue talk(script_sending());
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n");
  EXPECT_EQ(reasons(talk), Names{"unsolicited-reply"});
  EXPECT_TRUE(talk.recorder.failures.empty()) << "the transaction carries the blame";
}

TEST(SmtpScriptHostile, AGroupWithTooManyReplies) {
  SmtpScriptDialogue talk(script_sending(2));
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n250 ok\r\n");
  EXPECT_EQ(talk.client(), "") << "DATA was answered with 250: nothing goes out";
  EXPECT_EQ(reasons(talk), Names{"script-unexpected-reply"});
}

TEST(SmtpScriptHostile, AGroupWithTooFewRepliesWaits) {
  SmtpScriptDialogue talk(script_sending(2));
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n");
  EXPECT_NE(talk.session.waiting_since(), 0U);
  talk.session.end(Ending::failed, kTimeout, 99);
  EXPECT_EQ(reasons(talk), Names{"timeout"});
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt) << "its message was not sent";
}

TEST(SmtpScriptHostile, ACloseInMidContentFailsThePassAndDeliversNothing) {
  SmtpScriptDialogue talk(sending_much());
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.session.consume("354 go\r\n", 50);
  EXPECT_EQ(piece(talk).size(), 8192U);
  talk.session.end(Ending::failed, kServerClosed, 99);
  EXPECT_EQ(reasons(talk), Names{"closed"});
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

TEST(SmtpScriptHostile, ACloseBehindTheDotIsInDoubt) {
  SmtpScriptDialogue talk(script_sending());
  talk.supply = 1;
  talk.greet();
  for (const std::string_view reply : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n"}) talk.says(reply);
  talk.session.end(Ending::failed, kServerClosed, 99);
  EXPECT_TRUE(talk.recorder.ends.at(0).in_doubt);
}

TEST(SmtpScriptHostile, ARefusalInMidContentGivesTheConnectionUp) {
  SmtpScriptDialogue talk(sending_much(2));
  talk.supply = 2;
  talk.greet();
  talk.session.consume("250 ok\r\n250 ok\r\n354 go\r\n", 50);
  while (talk.session.room() > 0) talk.session.begin({.number = talk.begun++, .scheduled = 1});
  EXPECT_EQ(piece(talk).size(), 8192U);
  talk.session.consume("552 too big\r\n", 60);
  EXPECT_EQ(reasons(talk), (Names{"reply-5xx", "session-given-up"}));
  EXPECT_EQ(piece(talk), "");
}

// RFC 3030 2: the octets of the chunk follow whatever the reply is.
TEST(SmtpScriptHostile, AnEarlyReplyToAChunkIsItsReply) {
  for (const std::string_view reply : {"250 ok\r\n", "552 too big\r\n"}) {
    SmtpScriptPlan plan = scripted({"== pass", "C: BDAT {message} LAST", "S: 250"}, 2);
    plan.message = make_wire_message(std::string(100'000, 'x'));
    SmtpScriptDialogue talk(std::move(plan));
    talk.says("220 hi\r\n");
    talk.session.consume(kFullEhlo, 50);
    talk.session.begin({.number = 0, .scheduled = 1});
    const std::size_t first = piece(talk).size();
    talk.session.consume(reply, 60);
    EXPECT_TRUE(talk.recorder.ends.empty());
    EXPECT_EQ(first + talk.client().size(), 100'000U + 2 + std::string_view("BDAT 100002 LAST\r\n").size());
    ASSERT_GE(talk.recorder.ends.size(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].ending, reply.starts_with('2') ? Ending::completed : Ending::failed);
  }
}

TEST(SmtpScriptHostile, AServerThatClosesInAPipeline) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "C: RSET"}, 3));
  talk.supply = 3;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n421 closing\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(reasons(talk), (Names{"", "service-closing", "service-closing"}));
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpScriptHostile, AServerThatClosesUnasked) {
  SmtpScriptDialogue talk(script_sending());
  talk.greet();
  talk.says("421 closing\r\n");
  EXPECT_EQ(talk.recorder.failures, Names{"service-closing"});
}

TEST(SmtpScriptHostile, AGoodbyeThatIsExpectedIsNoFailure) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "S: 421"}));
  talk.supply = 1;
  talk.greet();
  talk.says("421 closing\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpScriptHostile, LmtpWithTooManyReplies) {
  SmtpScriptDialogue talk(scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: DATA", "S: 250",
                                    "S: 250", "S: 354", "C: {message}", "S: 250"},
                                   1, true));
  talk.supply = 1;
  talk.greet();
  for (const std::string_view reply : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n"}) talk.says(reply);
  talk.says("250 b\r\n250 and who?\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.failures, Names{"unsolicited-reply"});
}

TEST(SmtpScriptHostile, AWordOfTheServerIsOneLine) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the line is longer than tiny limits allow";
  SmtpScriptDialogue talk(scripted({"== pass", "C: NOOP", "S: 250 {word:=2}", "C: VRFY {word}"}));
  talk.supply = 1;
  talk.greet();
  talk.says("250 " + std::string(200, 'w') + "\r\n");
  EXPECT_EQ(reasons(talk), Names{"script-word-too-long"});
}

// However the server's bytes are cut, the client says the same and reports the same.
TEST(SmtpScriptHostile, CutsDoNotMatter) {
  constexpr std::string_view kServer =
      "220 s\r\n250-s\r\n250 PIPELINING\r\n250 ok\r\n550-no\r\n550 5.1.1 no\r\n250 reset\r\n250 ok\r\n250 "
      "ok\r\n"
      "354 go\r\n250 queued\r\n";
  const auto run = [&](bool cut) {
    SmtpScriptDialogue talk(script_sending());
    talk.supply = 2;
    std::string client;
    std::string_view rest = kServer;
    while (!rest.empty()) {
      const std::size_t end = cut ? 1 : rest.find("\r\n") + 2;
      client += talk.says(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    EXPECT_EQ(talk.recorder.completed(), 1U);
    EXPECT_EQ(talk.recorder.failed(), 1U);
    return std::tuple(client, talk.recorder.accepted, talk.recorder.refused);
  };
  EXPECT_EQ(run(true), run(false));
}

// A server that answers at random: whatever happens, what was begun ends once.
TEST(SmtpScriptHostile, RandomServersNeverBreakTheAccounting) {
  constexpr std::array<std::string_view, 12> kReplies{
      "250 ok\r\n",         "251 ok\r\n",  "250 ok\r\n",  "354 go\r\n", "450 no\r\n", "550 no\r\n",
      "250-a\r\n250 b\r\n", "221 bye\r\n", "421 bye\r\n", "120 hm\r\n", "2",          "x\n"};
  const auto plan_of_seed = [](unsigned seed) {
    const unsigned depth = 1 + seed / 8 % 5;
    const bool lmtp = seed / 40 % 3 == 0;
    switch (seed % 8) {
      case 0: return script_sending(depth);
      case 1:
        return scripted({"== once", "C: MAIL FROM:<x>", "C: RCPT TO:<y>", "== pass", "C: RCPT TO:<{n}>",
                         "C: DATA", "S: *", "S: *", "C: {message}", "S: *", "== end", "C: NOOP"},
                        depth, lmtp);
      case 2:
        return scripted({"== pass", "C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: RCPT TO:<c>", "C: BDAT 3",
                         "C: x", "C: BDAT {message} LAST"},
                        depth, lmtp);
      case 3:
        return scripted(
            {"C: MAIL FROM:<a>", "C: RCPT TO:<b>", "C: DATA", "S: 250", "S: 250", "S: 354", "C: {message}"},
            depth, lmtp);
      case 4: return scripted({"== pass", "C: NOOP", "S: 250 {w:=2}", "C: VRFY {w}", "C: RSET"}, depth, lmtp);
      case 5:
        return scripted({"== pass", "C: DATA", "S: 503", "== pass x2", "C: NOOP", "C: NOOP"}, depth, lmtp);
      case 6:
        return scripted(
            {"== once", "C: DATA", "S: *", "C: {message}", "== pass", "C: MAIL FROM:<a>", "C: NOOP"}, depth,
            lmtp);
      default: return script_sending(depth);
    }
  };
  for (unsigned seed = 0; seed < 4000; ++seed) {
    std::mt19937 random(seed);
    SmtpScriptDialogue talk(plan_of_seed(seed));
    talk.supply = 20;
    if (seed % 7 != 0) talk.greet();
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
    ASSERT_TRUE(talk.session.over());
    ASSERT_EQ(talk.session.waiting_since(), 0U);
  }
}

}  // namespace
}  // namespace backtalk::session::test
