// SPDX-License-Identifier: Apache-2.0 OR MIT
// Scripts of POP3. The rules are those of docs/scripts.md, each with an example and with what is
// refused.
#include <gtest/gtest.h>

#include "script/limits.hpp"
#include "script_testing.hpp"
#include "session/pop3_commands.hpp"
#include "session/pop3_statuses.hpp"

namespace backtalk::script {
namespace {

using session::kNoStatus;
using session::kPop3Err;
using session::kPop3Ok;
using session::Pop3Command;
using session::ScriptCommand;
using testing::lines;

using Texts = std::vector<std::string>;

session::Script pop3(std::initializer_list<std::string_view> text) {
  return testing::read("pop3", lines(text));
}

std::string refused(std::initializer_list<std::string_view> text) {
  return testing::problem("pop3", lines(text));
}

TEST(Pop3Script, SectionsBecomeOncePassesAndEnd) {
  const auto script = pop3({"== once", "C: STAT", "S: +OK", "== pass x2 big", "C: LIST", "S: +OK", "== pass",
                            "C: NOOP", "S: +OK", "== end", "C: RSET", "S: +OK"});
  EXPECT_EQ(script.name, "test");
  EXPECT_FALSE(script.connection_a_pass);
  EXPECT_EQ(testing::sent(script.once), Texts{"STAT"});
  ASSERT_EQ(script.passes.size(), 2U);
  EXPECT_EQ(script.passes[0].name, "big");
  EXPECT_EQ(script.passes[0].weight, 2U);
  EXPECT_EQ(testing::sent(script.passes[0].commands), Texts{"LIST"});
  EXPECT_EQ(testing::sent(script.passes[1].commands), Texts{"NOOP"});
  EXPECT_EQ(testing::sent(script.end), Texts{"RSET"});
}

TEST(Pop3Script, ACommandIsNamedInAnyCase) {
  const auto script = pop3({"== pass", "C: stat"});
  ASSERT_EQ(script.passes.size(), 1U);
  EXPECT_EQ(script.passes[0].commands.at(0).command, static_cast<unsigned>(Pop3Command::stat));
  EXPECT_EQ(testing::sent(script.passes[0].commands), Texts{"stat"}) << "and goes out as it is written";
}

TEST(Pop3Script, CommandsWithoutAnAnswerBetweenThemGoOutTogether) {
  const auto script = pop3({"== pass", "C: STAT", "C: LIST", "S: +OK", "S: +OK", "C: NOOP", "S: +OK"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_FALSE(commands[0].pipelined);
  EXPECT_TRUE(commands[1].pipelined);
  EXPECT_FALSE(commands[2].pipelined);
}

TEST(Pop3Script, AnAnswerIsThatOfTheOldestCommand) {
  const auto script =
      pop3({"== pass", "C: STAT", "C: NOOP", "S: +OK", "S: -ERR", "C: RSET", "S: *", "C: LIST"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[0].expected.status, kPop3Ok);
  EXPECT_EQ(commands[1].expected.status, kPop3Err);
  EXPECT_EQ(commands[2].expected.status, kNoStatus) << "whatever comes";
  EXPECT_EQ(commands[3].expected.status, kPop3Ok) << "nothing is said of it: it must not be refused";
  EXPECT_EQ(commands[1].source_line, 5U) << "where its answer is expected";
  EXPECT_EQ(commands[3].source_line, 8U);
}

TEST(Pop3Script, AResponseMayHaveItsLines) {
  const auto script = pop3({"== pass", "C: LIST", "C: STAT", "S: +OK 2 messages", "S: 1 120", "S: +OK",
                            "S: .", "S: -ERR", "C: UIDL", "C: RETR 1", "S: +OK", "S: +OK"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[1].expected.status, kPop3Err) << "the lines up to the dot are the listing's";
  EXPECT_EQ(commands[3].source_line, 12U) << "without lines it is the next response";
}

TEST(Pop3Script, WhichResponsesHaveSeveralLines) {
  const auto script = pop3({"== pass", "C: CAPA", "C: LIST", "C: LIST 1", "C: UIDL", "C: UIDL 1", "C: RETR 1",
                            "C: TOP 1 0", "C: STAT", "C: LIST  "});
  std::string several;
  for (const ScriptCommand& one : script.passes.at(0).commands) several += one.multi_line ? '+' : '-';
  EXPECT_EQ(several, "++-+-++-+");
}

TEST(Pop3Script, PlaceholdersAreFilledIn) {
  const auto script = pop3({"== pass", "C: STAT", "C: TOP {number} {n}", "C: NOOP {user}{{n}{password}}"});
  EXPECT_EQ(testing::sent(script.passes.at(0).commands),
            (Texts{"STAT", "TOP 3 7", "NOOP someone{n}secret}"}));
  EXPECT_EQ(
      refused({"== pass", "C: STAT {usr}"}),
      "2:9: `{usr}` is no placeholder, and no line `S:` before this has kept it: did you mean `{user}`?");
  EXPECT_EQ(refused({"== pass", "C: STAT {", "S: +OK"}),
            "2:9: expected the name of a placeholder, as `{n}`; for a brace, write `{{`");
  EXPECT_EQ(refused({"== pass", "C: STAT {n"}),
            "2:9: expected the name of a placeholder, as `{n}`; for a brace, write `{{`");
}

TEST(Pop3Script, AnAnswersWordsAreKept) {
  const auto script =
      pop3({"== once", "C: STAT", "S: +OK {count:=2} {octets:=3}", "== pass", "C: RETR {count}",
            "C: LIST {count}", "S: +OK", "S: +OK {size:=3}", "C: TOP {count} {size}"});
  EXPECT_EQ(script.capture_slots, 3U);
  const auto& captures = script.once.at(0).captures;
  ASSERT_EQ(captures.size(), 2U);
  EXPECT_EQ(captures[0].slot, 0U);
  EXPECT_EQ(captures[0].word, 2U);
  EXPECT_EQ(captures[1].slot, 1U);
  EXPECT_EQ(captures[1].word, 3U);
  EXPECT_EQ(testing::sent(script.passes.at(0).commands),
            (Texts{"RETR word0", "LIST word0", "TOP word0 word2"}));
}

TEST(Pop3Script, AWordIsUsedOnlyBehindTheAnswerThatKeepsIt) {
  EXPECT_EQ(refused({"== pass", "C: STAT", "C: RETR {count}", "S: +OK {count:=2}"}),
            "3:9: `{count}` is no placeholder, and no line `S:` before this has kept it");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK {count:=2}", "== pass", "C: RETR {count}"}),
            "5:9: `{count}` is no placeholder, and no line `S:` before this has kept it");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK {n:=2}"}),
            "3:8: `{n}` is a placeholder already: choose another name");
  for (const std::string_view bad : {"{a:=0}", "{a:=101}", "{a:=}", "{a:=x}", "{a:=2"}) {
    EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK " + std::string(bad)}),
              "3:8: expected the number of a word, from 1 to 100, as `{a:=2}`")
        << bad;
  }
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK {} {a} {1:=2} {"}), "") << "everything else is text";
}

TEST(Pop3Script, ThereAreAsManyWordsAsThereAreSlots) {
  std::string text = "== pass\n";
  for (char c = 'a'; c < 'a' + 16; ++c) text += std::string("C: STAT\nS: +OK {") + c + "x:=2}\n";
  EXPECT_EQ(testing::problem("pop3", text + "C: STAT\nS: +OK {ax:=3}\n"), "")
      << "a name again is the same slot";
  EXPECT_EQ(testing::problem("pop3", text + "C: STAT\nS: +OK {zx:=2}\n"),
            "35:8: a script keeps at most 16 words");
}

TEST(Pop3Script, AMessageIsNamedOnlyWhereTheirNumberIsKnown) {
  EXPECT_EQ(refused({"== pass", "C: RETR {number}"}),
            "2:4: `{number}` is a message of the mailbox: a STAT has to come before it");
  EXPECT_EQ(refused({"== once", "C: STAT", "== pass", "C: RETR {number}", "== end", "C: RETR {number}"}), "");
  EXPECT_EQ(refused({"== pass", "C: STAT", "== pass", "C: RETR {number}"}),
            "4:4: `{number}` is a message of the mailbox: a STAT has to come before it");
  EXPECT_EQ(refused({"== pass", "C: STAT", "C: RETR {uid}"}),
            "3:4: `{uid}` is IMAP's: the commands of POP3 take a message's number, `{number}`");
  EXPECT_EQ(refused({"== pass", "C: RETR {message}"}),
            "2:9: `{message}` stands at the end of a command of IMAP, as its literal");
}

// --- A script without sections

TEST(Pop3Script, WithoutSectionsAPassHasAConnection) {
  const auto script = pop3({"S: +OK ready", "C: CAPA", "S: +OK", "S: UIDL", "S: .", "C: USER alice", "S: +OK",
                            "C: PASS ***", "S: +OK", "C: STAT", "S: +OK 2 320", "C: QUIT", "S: +OK"});
  EXPECT_TRUE(script.connection_a_pass);
  EXPECT_TRUE(script.once.empty());
  ASSERT_EQ(script.passes.size(), 1U);
  EXPECT_EQ(testing::sent(script.passes[0].commands), (Texts{"CAPA", "STAT"}))
      << "greeting, login and goodbye are the session's own";
}

TEST(Pop3Script, TheSessionsOwnCommandsAreLeftToIt) {
  EXPECT_EQ(refused({"C: AUTH PLAIN", "S: + ", "C: AGEAYg==", "S: +OK", "C: STAT", "S: +OK"}), "");
  EXPECT_EQ(refused({"C: PASS {not a placeholder", "S: +OK", "C: STAT", "S: +OK"}), "");
  EXPECT_EQ(refused({"C: USER a", "S: -ERR", "C: STAT", "S: +OK"}),
            "2:4: backtalk says USER itself, and goes on only after +OK");
  EXPECT_EQ(refused({"S: -ERR busy", "C: STAT"}), "1:4: expected the greeting, `S: +OK`, not `-ERR busy`");
  EXPECT_EQ(refused({"C: QUIT", "S: +OK", "C: STAT"}), "3:4: nothing follows QUIT");
  EXPECT_EQ(refused({"S: +OK", "C: QUIT"}),
            "1:1: a pass has at least one command, apart from those that backtalk says itself");
  EXPECT_EQ(refused({"== once", "C: USER alice", "== pass", "C: STAT"}),
            "2:4: backtalk logs in itself, with --user and --password, before the sections begin");
  EXPECT_EQ(refused({"== pass", "C: STLS"}), "2:4: backtalk says STLS itself, with --starttls");
  EXPECT_EQ(refused({"== pass", "C: STAT", "C: QUIT"}),
            "3:4: remove QUIT: backtalk sends it after the last section");
}

// --- What no conversation of POP3 is

TEST(Pop3Script, LinesOutOfPlaceAreErrors) {
  EXPECT_EQ(refused({"== pass", "C: STATT"}),
            "2:4: expected a command of POP3, not `STATT`: did you mean STAT?");
  EXPECT_EQ(refused({"== pass", "C:"}), "2:3: expected a command of POP3, not ``");
  EXPECT_EQ(refused({"== pass", "C: GREETING"}), "2:4: expected a command of POP3, not `GREETING`");
  EXPECT_EQ(refused({"== pass", "S: +OK", "C: STAT"}),
            "2:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK", "S: +OK"}),
            "4:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +OK", "S: 1 120"}),
            "4:4: STAT is answered by one line: there is no `C:` line that waits for this one");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: OK"}),
            "3:4: expected `S: +OK`, `S: -ERR` or `S: *`, not `OK`");
  EXPECT_EQ(refused({"== pass", "C: STAT", "S: +"}), "3:4: `S: +` answers AUTH, and nothing else");
  EXPECT_EQ(refused({"== pass", "C: LIST", "S: +OK", "S: 1 120"}),
            "3:4: this response has no last line `S: .`");
  EXPECT_EQ(refused({"== pass", "C: LIST", "S: +OK", "S: 1 120", "C: STAT"}),
            "5:4: the response that began in line 3 ends with `S: .`, which has to come before this");
}

TEST(Pop3Script, ACommandIsBounded) {
  EXPECT_EQ(refused({"== pass", "C: NOOP " + std::string(kCommandOctetsMax, 'x')}),
            "2:4: a command has at most 1900 octets with its literals and all that is filled in");
  EXPECT_EQ(refused({"== pass", "C: NOOP {user}{user}{user}{user}{user}{user}{user}{user}"}),
            "2:4: a command has at most 1900 octets with its literals and all that is filled in");
}

// --- For each message

TEST(Pop3Script, ABlockIsSaidForEachMessage) {
  const auto script = testing::read("pop3",
                                    "== pass\nC: STAT\nS: +OK\nrepeat messages\nC: RETR {number}\nC: DELE "
                                    "{number}\nend\nC: NOOP\n");
  const auto& commands = script.passes.front().commands;
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[0].block, 0U);
  EXPECT_EQ(commands[1].block, 4U);
  EXPECT_EQ(commands[2].block, 4U);
  EXPECT_FALSE(commands[1].pipelined) << "the count has to come first";
  EXPECT_TRUE(commands[2].pipelined);
  EXPECT_EQ(commands[3].block, 0U);
  EXPECT_FALSE(commands[3].pipelined);
}

TEST(Pop3Script, ABlockFollowsItsCount) {
  EXPECT_EQ(refused({"== once", "C: STAT", "== pass", "repeat messages", "C: RETR {number}", "end"}),
            "4:1: a STAT comes before `repeat messages`: its answer counts them");
  EXPECT_EQ(
      refused({"== once", "C: STAT", "repeat messages", "C: RETR {number}", "end", "== pass", "C: NOOP"}),
      "3:1: `repeat messages` stands in a pass");
  EXPECT_EQ(refused({"C: STAT", "repeat messages", "C: QUIT", "end"}), "3:4: QUIT is said once");
  EXPECT_EQ(refused({"C: STAT", "repeat messages", "repeat 2", "C: RETR {number}", "end", "end"}),
            "3:1: `repeat messages` stands in no other `repeat`, and has none within");
  EXPECT_EQ(refused({"repeat 2", "repeat messages", "C: RETR {number}", "end", "end"}),
            "2:1: `repeat messages` stands in no other `repeat`, and has none within");
  EXPECT_EQ(refused({"C: STAT", "repeat messages", "C: RETR {number}"}),
            "2:1: this `repeat` has no line `end`");
  EXPECT_EQ(testing::problem("imap", "== pass\nrepeat messages\nC: a NOOP\nend\n"),
            "2:1: `repeat messages` is POP3's, where STAT counts the messages");
}

TEST(Script, OtherProtocolsHaveNoneYet) {
  EXPECT_EQ(testing::problem("gopher", "C: NOOP\n"),
            "1:1: there are scripts for SMTP, LMTP, POP3, IMAP and HTTP, and not yet for gopher");
}

}  // namespace
}  // namespace backtalk::script
