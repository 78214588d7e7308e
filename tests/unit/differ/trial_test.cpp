// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/trial.hpp"

#include <gtest/gtest.h>

namespace backtalk::differ {
namespace {

const Envelope kEnvelope{"a@example.org", "b@example.org"};

Corpus two_turns() {
  Corpus corpus;
  corpus.preamble = {{"", "2xx"}, {"RCPT TO:<{to}>\r\n", "2xx"}, {"DATA\r\n", "3xx"}};
  corpus.cases = {{"one", "about", "clause", {{"first"}, {"\r\n.\r\n"}, {"QUIT\r\n", true}}}};
  return corpus;
}

// Everything that the client sends now, its pieces apart.
std::vector<std::string> said(Trial& trial) {
  std::vector<std::string> pieces;
  for (std::string piece = trial.next_piece(); !piece.empty(); piece = trial.next_piece())
    pieces.push_back(piece);
  return pieces;
}

class DifferTrial : public testing::Test {
 protected:
  // After the preamble.
  void begin() {
    trial.receive("220 hello\r\n");
    EXPECT_EQ(said(trial).size(), 1U);
    trial.receive("250 ok\r\n");
    EXPECT_EQ(said(trial).size(), 1U);
    trial.receive("354 go on\r\n");
  }

  Corpus corpus = two_turns();
  Trial trial{corpus, corpus.cases[0], kEnvelope};
};

using Pieces = std::vector<std::string>;

TEST_F(DifferTrial, ThePreambleIsInLockStep) {
  EXPECT_EQ(said(trial), Pieces{});
  trial.receive("220 hel");
  EXPECT_EQ(said(trial), Pieces{});
  trial.receive("lo\r\n");
  EXPECT_EQ(said(trial), Pieces{"RCPT TO:<b@example.org>\r\n"});
  trial.receive("250-ok\r\n250 ok\r\n");
  EXPECT_EQ(said(trial), Pieces{"DATA\r\n"});
  EXPECT_EQ(said(trial), Pieces{});
}

TEST_F(DifferTrial, TheOctetsGoOutAsTheyAreCutWhateverTheServerSays) {
  begin();
  EXPECT_EQ(said(trial), (Pieces{"first", "\r\n.\r\n"}));
  EXPECT_FALSE(trial.over());
}

TEST_F(DifferTrial, APieceIsHeldBackForAnAnswer) {
  begin();
  EXPECT_FALSE(trial.is_waiting());
  (void)said(trial);
  EXPECT_TRUE(trial.is_waiting());
  trial.receive("250 stored\r\n");
  EXPECT_FALSE(trial.is_waiting());
  EXPECT_EQ(said(trial), Pieces{"QUIT\r\n"});
}

TEST_F(DifferTrial, ButNoLongerThanTheServerHasTimeToAnswer) {
  begin();
  (void)said(trial);
  trial.stop_waiting();
  EXPECT_FALSE(trial.is_waiting());
  EXPECT_EQ(said(trial), Pieces{"QUIT\r\n"});
}

TEST_F(DifferTrial, ItEndsWhenTheServerCloses) {
  begin();
  (void)said(trial);
  trial.receive("250 stored\r\n221 bye\r\n");
  EXPECT_FALSE(trial.over());
  trial.close();
  EXPECT_TRUE(trial.over());
  EXPECT_EQ(trial.outcome().end, End::closed);
  EXPECT_EQ(trial.outcome().answers, (std::vector<Answer>{{"250", "2xx", "stored"}, {"221", "221", "bye"}}));
}

TEST_F(DifferTrial, AMessageIsWhatA2xxBehindA3xxAccepts) {
  begin();
  trial.receive("250 stored\r\n250 reset\r\n354 more\r\n550 no\r\n354 more\r\n250 stored\r\n");
  trial.close();
  EXPECT_EQ(trial.outcome().messages, 2U);
}

TEST_F(DifferTrial, AServerThatKeepsTheConnectionIsSilent) {
  begin();
  trial.receive("250 stored\r\n");
  trial.give_up();
  EXPECT_EQ(trial.outcome().end, End::silent);
  EXPECT_FALSE(trial.problem());
}

TEST_F(DifferTrial, AnswersThatCannotBeReadHaveTheNameOfTheFlaw) {
  begin();
  trial.receive("250 stored\r\n250 bare\n");
  EXPECT_TRUE(trial.over());
  EXPECT_EQ(trial.outcome().end, End::unreadable);
  EXPECT_EQ(trial.outcome().flaw, "bare-lf");
  EXPECT_EQ(trial.outcome().answers.size(), 1U);
}

TEST_F(DifferTrial, AServerThatAnswersWithoutEndIsGivenUp) {
  begin();
  for (int i = 0; i < 2000 && !trial.over(); ++i) trial.receive("250 ok\r\n");
  EXPECT_TRUE(trial.over());
  EXPECT_EQ(trial.outcome().flaw, "too-many-answers");
}

TEST_F(DifferTrial, ARefusalInThePreambleIsAProblem) {
  trial.receive("220 hello\r\n");
  (void)said(trial);
  trial.receive("550 unknown\r\n");
  EXPECT_TRUE(trial.over());
  EXPECT_EQ(trial.problem(), "`RCPT TO:<b@example.org>\\r\\n` was answered with 550 unknown, not with 2xx");
}

TEST_F(DifferTrial, SoIsAConnectionThatIsRefused) {
  trial.receive("554 go away\r\n");
  EXPECT_EQ(trial.problem(), "the connection was answered with 554 go away, not with 2xx");
}

TEST_F(DifferTrial, SoIsAnEndOrSilenceInIt) {
  trial.receive("220 hello\r\n");
  (void)said(trial);
  trial.close();
  EXPECT_EQ(trial.problem(),
            "the connection was closed before the answer to `RCPT TO:<b@example.org>\\r\\n`");

  Trial silent(corpus, corpus.cases[0], kEnvelope);
  silent.give_up();
  EXPECT_EQ(silent.problem(), "the greeting did not come in time");

  Trial garbage(corpus, corpus.cases[0], kEnvelope);
  garbage.receive("HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(garbage.problem(), "the greeting cannot be read: bad-code");
}

}  // namespace
}  // namespace backtalk::differ
