// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 servers that say the wrong thing at the wrong time: the error has a name, and every
// transaction that was begun ends exactly once.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "pop3_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using Reasons = std::vector<std::string>;

struct WrongAnswer {
  std::string_view title;
  std::string_view bytes;
  std::string_view reason;
  bool goes_on = false;
};

void PrintTo(const WrongAnswer& wrong, std::ostream* out) {
  *out << wrong.title;
}

class AfterRetr : public testing::TestWithParam<WrongAnswer> {};

// In lock step, RETR is out and the server answers with this.
TEST_P(AfterRetr, ThePassFailsUnderThatName) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1"})));
  talk.supply = 1;
  talk.log_in();
  talk.says(GetParam().bytes);
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].ending, Ending::failed);
  EXPECT_EQ(talk.recorder.ends[0].reason, GetParam().reason);
  EXPECT_EQ(talk.session.over(), !GetParam().goes_on);
  EXPECT_TRUE(talk.recorder.failures.empty()) << "the transaction carries the blame";
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Wrongs, AfterRetr,
    testing::Values(WrongAnswer{"bare LF", "+OK\n", "protocol-bare-lf"},
                    WrongAnswer{"bare CR", "+OK\rx", "protocol-bare-cr"},
                    WrongAnswer{"no status", "hello\r\n", "protocol-bad-status"},
                    WrongAnswer{"small letters", "+ok\r\n", "protocol-bad-status"},
                    WrongAnswer{"joined", "+OKAY\r\n", "protocol-bad-status"},
                    WrongAnswer{"an empty line", "\r\n", "protocol-bad-status"},
                    WrongAnswer{"NUL", std::string_view("+OK \0\r\n", 7), "protocol-nul"},
                    WrongAnswer{"a challenge", "+ abc\r\n", "protocol-unexpected-continuation"},
                    WrongAnswer{"another protocol", "250 ok\r\n", "protocol-bad-status"},
                    WrongAnswer{"a plain refusal", "-ERR no\r\n", "reply-err", true},
                    WrongAnswer{"a refusal with an unknown code", "-ERR [X/Y] no\r\n", "reply-err", true},
                    WrongAnswer{"a refusal with a known one", "-ERR [SYS/PERM] no\r\n", "reply-sys-perm",
                                true}));

// A body is whatever stands before the dot: an error needs a line that is none of its.
TEST(Pop3SessionHostile, ABodyEndsAtItsDotAndNowhereElse) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1"})));
  talk.supply = 1;
  talk.log_in();
  for (const std::string_view text :
       {"+OK\r\n", "..\r\n", "x.\r\n", ".. \r\n", ". \r\n", "-ERR\r\n", "+OK\r\n", "\r\n"}) {
    EXPECT_EQ(talk.says(text), "");
    EXPECT_TRUE(talk.recorder.ends.empty()) << text;
  }
  talk.says(".\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

// What one reader takes for the end of a body, or of a line, and another for text.
TEST(Pop3SessionHostile, AWrongDotBreaksTheProtocol) {
  for (const auto& [octets, reason] : {std::pair{".\n", "protocol-bare-lf"},
                                       {".\r.", "protocol-bare-cr"},
                                       {"\n.\r\n", "protocol-bare-lf"}}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1"})));
    talk.supply = 1;
    talk.log_in();
    talk.says("+OK\r\nx\r\n" + std::string(octets));
    ASSERT_EQ(talk.recorder.ends.size(), 1U) << testing::PrintToString(octets);
    EXPECT_EQ(talk.recorder.ends[0].reason, reason);
  }
}

TEST(Pop3SessionHostile, AnEndlessLineBreaksTheProtocol) {
  for (const char* const command : {"STAT", "LIST"}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({command})));
    talk.supply = 1;
    talk.log_in();
    if (command == std::string_view("LIST")) talk.says("+OK\r\n");
    const std::string piece(1000, 'x');
    talk.says(command == std::string_view("STAT") ? "+OK " : "1 ");
    for (int i = 0; i < 20 && !talk.session.over(); ++i) talk.says(piece);
    ASSERT_EQ(talk.recorder.ends.size(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].reason, "protocol-line-too-long");
    EXPECT_LE(talk.recorder.said.at(0).text.size(), 128U) << "its beginning is enough";
  }
}

// Lines without end keep nothing in memory and answer nothing: the timeout ends them.
TEST(Pop3SessionHostile, AnEndlessListingWaitsForTheTimeout) {
  for (const std::string_view greeting : {"+OK\r\n", ""}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"LIST"}), greeting.empty() ? 1 : 2));
    talk.supply = 1;
    if (greeting.empty()) {
      talk.log_in();
      EXPECT_EQ(talk.client(), "");
    } else {
      EXPECT_EQ(talk.says(greeting), "CAPA\r\n");
    }
    const Nanoseconds sent = talk.session.waiting_since();
    talk.says("+OK\r\n");
    for (int i = 0; i < 10'000; ++i) talk.says("IMPLEMENTATION xyz\r\nSASL PLAIN\r\n");
    EXPECT_EQ(talk.session.waiting_since(), sent) << "lines do not put it off";
    talk.session.end(Ending::failed, kTimeout, talk.now());
    EXPECT_EQ(talk.recorder.ends.size() + talk.recorder.failures.size(), 1U);
    EXPECT_TRUE(talk.session.over());
  }
}

TEST(Pop3SessionHostile, BrokenCapabilitiesCostThemselvesAlone) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"}), 2));
  talk.supply = 2;
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.says("+OK\r\n\r\n.. \r\nLOGIN-DELAY x\r\nSASL\r\n PIPELINING\r\nPIPELINING\r\n.\r\n"),
            "USER u1\r\n");
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\nSTAT\r\n");
}

// --- Answers that nobody asked for

TEST(Pop3SessionHostile, AnAnswerToNothingFails) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.log_in();
  talk.says("+OK surprise\r\n");
  EXPECT_EQ(talk.recorder.failures, Reasons{"unsolicited-reply"});
  EXPECT_EQ(talk.recorder.said.at(0).text, "+OK surprise");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.notes.empty()) << "nothing had completed that it could put in doubt";
}

TEST(Pop3SessionHostile, DuplicateAnswersPutCompletedPassesInDoubt) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"}), 2));
  talk.supply = 2;
  talk.log_in(kPipelining);
  talk.says("+OK 1 1\r\n+OK 1 1\r\n+OK 1 1\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_EQ(talk.recorder.failures, Reasons{"unsolicited-reply"});
  ASSERT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_NE(talk.recorder.notes[0].find("wrong command"), std::string::npos);
}

TEST(Pop3SessionHostile, EarlyAnswersToTheHandshakeFail) {
  for (const std::string_view early : {"+OK hi\r\n+OK\r\n", "+OK hi\r\n+", "+OK hi\r\n-"}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
    std::string said = talk.says(early);
    if (early.back() != '\n') said = talk.says(early.back() == '+' ? "OK\r\n" : "ERR\r\n");
    if (!talk.session.over()) continue;  // half an answer is one to USER by then
    EXPECT_EQ(said, "");
    EXPECT_EQ(talk.recorder.failures.size(), 1U);
  }
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  EXPECT_EQ(talk.says("+OK hi\r\n+OK\r\n"), "") << "USER was to come next";
  EXPECT_EQ(talk.recorder.failures, Reasons{"unsolicited-reply"});
}

// Servers say -ERR before they close an idle connection.
TEST(Pop3SessionHostile, ARefusalToNothingIsAServiceThatCloses) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.log_in();
  talk.says("-ERR [SYS/TEMP] shutting down\r\n");
  EXPECT_EQ(talk.recorder.failures, Reasons{"service-closing"});
  EXPECT_EQ(talk.recorder.said.at(0).text, "-ERR [SYS/TEMP] shutting down");
  EXPECT_TRUE(talk.session.over());
}

TEST(Pop3SessionHostile, AnswersAfterTheGoodbyeAreIgnored) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.log_in();
  talk.session.finish();
  EXPECT_EQ(talk.client(), "QUIT\r\n");
  talk.says("+OK bye\r\n+OK and another thing\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.says("garbage"), "");
  EXPECT_TRUE(talk.recorder.failures.empty());
}

// A body in the answer to a command that has none is the next answers, which are wrong.
TEST(Pop3SessionHostile, LinesWhereNoneBelongBreakTheProtocol) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"LIST 1", "NOOP"}, true), 2));
  talk.supply = 1;
  talk.log_in(kPipelining);
  talk.says("+OK\r\n1 120\r\n.\r\n");
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "protocol-bad-status");
  EXPECT_EQ(talk.recorder.said.at(0).text, "1 120");
}

// --- Connections that end

TEST(Pop3SessionHostile, AConnectionThatEndsInABodySaysSo) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"RETR 1"}), 2));
  talk.supply = 2;
  talk.log_in(kPipelining);
  talk.says("+OK 120 octets\r\nSubject: x\r\n");
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  ASSERT_EQ(talk.recorder.ends.size(), 2U);
  for (const TransactionEnd& end : talk.recorder.ends) {
    EXPECT_EQ(end.reason, "closed-in-body");
    EXPECT_TRUE(end.in_doubt);
  }
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].text, "+OK 120 octets\r\nSubject: x\r\n");
}

struct Quiet {
  Ending ending;
  std::string_view reason;
  std::string_view name;  ///< that it is counted under; empty: it is not
};

void PrintTo(const Quiet& quiet, std::ostream* out) {
  *out << (quiet.ending == Ending::failed ? quiet.reason : "unfinished");
}

class QuietAfterQuit : public testing::TestWithParam<Quiet> {};

TEST_P(QuietAfterQuit, HasItsName) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.log_in();
  talk.session.finish();
  ASSERT_EQ(talk.client(), "QUIT\r\n");
  talk.session.end(GetParam().ending, GetParam().reason, 99);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures,
            GetParam().name.empty() ? Reasons{} : Reasons{std::string(GetParam().name)});
}

INSTANTIATE_TEST_SUITE_P(Ends, QuietAfterQuit,
                         testing::Values(Quiet{Ending::failed, "timeout", "quit-unanswered"},
                                         Quiet{Ending::unfinished, "", "quit-unanswered"},
                                         Quiet{Ending::unfinished, kRunOver, ""},
                                         Quiet{Ending::failed, "closed", ""},
                                         Quiet{Ending::failed, "reset", ""}));

class QuietInTheHandshake : public testing::TestWithParam<Quiet> {};

TEST_P(QuietInTheHandshake, HasItsName) {
  constexpr std::array<std::string_view, 4> kAwaited{"GREETING", "CAPA", "USER", "PASS"};
  constexpr std::array<std::string_view, 3> kAnswers{"+OK hi\r\n", "-ERR\r\n", "+OK\r\n"};
  for (std::size_t answered = 0; answered < kAwaited.size(); ++answered) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"}), 2));
    for (std::size_t i = 0; i < answered; ++i) talk.says(kAnswers[i]);
    talk.session.end(GetParam().ending, GetParam().reason, 99);
    EXPECT_EQ(talk.recorder.failures, Reasons{std::string(GetParam().name)});
    ASSERT_FALSE(talk.recorder.said.empty());
    EXPECT_EQ(talk.recorder.said.back().name, GetParam().name);
    EXPECT_EQ(talk.recorder.said.back().command, kAwaited[answered]);
  }
}

INSTANTIATE_TEST_SUITE_P(Ends, QuietInTheHandshake,
                         testing::Values(Quiet{Ending::unfinished, "", "handshake-unfinished"},
                                         Quiet{Ending::failed, "timeout", "timeout"},
                                         Quiet{Ending::failed, "closed", "closed"}));

// A pass that owns its connection fails with it, once, wherever that ends.
TEST(Pop3SessionHostile, AConnectionAPassFailsOnceWhereverItEnds) {
  Script script = pop3_script({"STAT", "RETR 1"});
  script.connection_a_pass = true;
  constexpr std::array<std::string_view, 6> kAnswers{"+OK hi\r\n",  "+OK\r\n",      "+OK\r\n",
                                                     "+OK 1 1\r\n", "+OK\r\nx\r\n", ".\r\n"};
  for (std::size_t answered = 0; answered <= kAnswers.size(); ++answered) {
    Pop3Dialogue talk(pop3_plan(script));
    talk.supply = 1;
    talk.client();
    for (std::size_t i = 0; i < answered; ++i) talk.says(kAnswers[i]);
    talk.session.end(Ending::failed, "reset", talk.now());
    ASSERT_EQ(talk.recorder.ends.size(), 1U) << answered;
    EXPECT_EQ(talk.recorder.ends[0].reason, "reset");
    EXPECT_EQ(talk.recorder.ends[0].in_doubt, answered == kAnswers.size()) << "QUIT was sent";
    EXPECT_TRUE(talk.recorder.failures.empty());
  }
}

// --- Whatever comes

// However the server's bytes are cut, the client says the same and reports the same.
TEST(Pop3SessionHostile, CutsDoNotMatter) {
  constexpr std::string_view kServer =
      "+OK ready\r\n+OK\r\n+OK\r\n+OK\r\nPIPELINING\r\n.\r\n+OK 2 320\r\n-ERR [IN-USE] no\r\n+OK 2 "
      "320\r\n+OK\r\n"
      "..a\r\n.\r\n+OK\r\n1 abc\r\n.\r\n+OK\r\n";
  const auto run = [&](bool bytewise) {
    Script script = pop3_script({"STAT", "RETR 1", "UIDL"});
    script.once = {pop3_command("CAPA")};
    Pop3Dialogue talk(pop3_plan(script));
    talk.supply = 2;
    std::string client;
    std::string_view rest = kServer;
    while (!rest.empty()) {
      const std::size_t octets = bytewise ? 1 : rest.find("\r\n") + 2;
      client += talk.says(rest.substr(0, octets));
      rest.remove_prefix(octets);
    }
    return std::tuple(client, talk.recorder.completed(), talk.recorder.failed(), talk.recorder.statuses,
                      talk.recorder.said);
  };
  EXPECT_EQ(run(true), run(false));
  EXPECT_EQ(std::get<1>(run(true)), 1U);
}

// A server that answers at random: whatever happens, what was begun ends once, and no more commands
// are in flight than may be.
TEST(Pop3SessionHostile, RandomServersNeverBreakTheAccounting) {
  constexpr std::array<std::string_view, 14> kAnswers{"+OK 2 320\r\n",
                                                      "+OK\r\n",
                                                      "+OK\r\n.\r\n",
                                                      "+OK\r\n1 1\r\n.\r\n",
                                                      "-ERR no\r\n",
                                                      "-ERR [AUTH]\r\n",
                                                      "+ \r\n",
                                                      "+ Zm9v\r\n",
                                                      ".\r\n",
                                                      "x\r\n",
                                                      "+",
                                                      "\r\n.\r\n+OK\r\n",
                                                      "+OK <1@a>\r\n",
                                                      "x\n"};
  for (unsigned seed = 0; seed < 4000; ++seed) {
    std::mt19937 random(seed);
    Script script = seed % 3 == 0 ? pop3_script({"STAT"})
                                  : pop3_script({"STAT", "TOP {number} 0", "UIDL", "DELE 1"}, seed % 2 == 0);
    script.connection_a_pass = seed % 5 == 0;
    if (seed % 7 == 0 && !script.connection_a_pass) {
      script.once = {pop3_command("LIST"), pop3_command("NOOP", true)};
      script.end = {pop3_command("RSET")};
    }
    script.capture_slots = 1;
    if (seed % 11 == 0) script.passes[0].commands[0].captures = {{.slot = 0, .word = 2}};
    const std::array kWays{LoginPlan::Way::command, LoginPlan::Way::none, LoginPlan::Way::sasl,
                           LoginPlan::Way::apop};
    Pop3Plan plan = pop3_plan_by(kWays[seed % kWays.size()],
                                 {.client_begins = seed % 8 < 4, .challenges = seed % 3}, script);
    plan.depth = 1 + seed % 6;
    plan.starttls = seed % 13 == 0;
    Pop3Dialogue talk(plan);
    talk.supply = 20;
    for (int i = 0; i < 200 && !talk.session.over(); ++i) {
      // Mostly well-behaved, so that the depths are reached too.
      std::string said;
      if (talk.session.wants_tls()) said = talk.tls_established();
      if (talk.session.next_wake() != kNever) talk.session.wake(talk.session.next_wake());
      talk.says(random() % 6 != 0 ? kAnswers[random() % 4] : kAnswers[random() % kAnswers.size()]);
      if (i == 150) talk.session.finish();
    }
    talk.session.end(Ending::unfinished, {}, 9999);
    EXPECT_TRUE(talk.session.over());
    ASSERT_EQ(talk.recorder.ends.size(), talk.begun) << "seed " << seed;
    for (std::size_t i = 0; i < talk.recorder.ends.size(); ++i) {
      ASSERT_EQ(talk.recorder.ends[i].ticket.number, i) << "seed " << seed;
      ASSERT_EQ(talk.recorder.ends[i].ending == Ending::failed, !talk.recorder.ends[i].reason.empty());
    }
  }
}

}  // namespace
}  // namespace backtalk::session::test
