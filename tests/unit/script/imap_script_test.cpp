// SPDX-License-Identifier: Apache-2.0 OR MIT
// Scripts of IMAP. The rules are those of docs/scripts.md, each with an example and with what is
// refused.
#include <gtest/gtest.h>

#include "script/limits.hpp"
#include "script_testing.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_statuses.hpp"

namespace backtalk::script {
namespace {

using session::ImapCommand;
using session::ImapStatus;
using session::ScriptCommand;
using testing::filled_in;
using testing::lines;

using Words = std::vector<std::string>;

session::Script imap(std::initializer_list<std::string_view> text) {
  return testing::read("imap", lines(text));
}

std::string not_imap(std::initializer_list<std::string_view> text) {
  return testing::problem("imap", lines(text));
}

// The commands of a script that is one pass.
std::vector<ScriptCommand> pass_of(std::initializer_list<std::string_view> text) {
  const session::Script script = testing::read("imap", "== pass\n" + lines(text));
  return script.passes.empty() ? std::vector<ScriptCommand>{} : script.passes[0].commands;
}

constexpr std::uint16_t index(ImapStatus status) {
  return static_cast<std::uint16_t>(status);
}

TEST(ImapScript, TheTagIsTheProgramsOwn) {
  const auto commands = pass_of({"C: a1 noop", "S: a1 OK", "C: a1 UID fetch 1 FLAGS", "S: a1 OK"});
  EXPECT_EQ(testing::sent(commands), (Words{"noop", "UID fetch 1 FLAGS"}));
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].command, static_cast<unsigned>(ImapCommand::noop));
  EXPECT_EQ(commands[1].command, static_cast<unsigned>(ImapCommand::uid_fetch));
}

TEST(ImapScript, AnswersAreMatchedByTag) {
  const auto commands = pass_of({"C: a NOOP", "C: b CHECK", "S: b NO", "S: a BAD", "C: c NOOP", "S: *",
                                 "C: d NOOP", "S: d *", "C: e NOOP"});
  ASSERT_EQ(commands.size(), 5U);
  EXPECT_EQ(commands[0].expected.status, index(ImapStatus::bad));
  EXPECT_EQ(commands[1].expected.status, index(ImapStatus::no));
  EXPECT_EQ(commands[2].expected.status, session::kNoStatus) << "whatever comes";
  EXPECT_EQ(commands[3].expected.status, session::kNoStatus);
  EXPECT_EQ(commands[4].expected.status, index(ImapStatus::ok))
      << "nothing is said of it: it must not be refused";
  EXPECT_TRUE(commands[1].pipelined);
  EXPECT_FALSE(commands[2].pipelined);
  EXPECT_EQ(commands[0].source_line, 5U) << "where its answer is expected";
  EXPECT_EQ(commands[4].source_line, 10U);
}

TEST(ImapScript, UntaggedDataIsExpectedByItsKind) {
  const auto commands = pass_of({"C: a SELECT INBOX", "S: * 3 EXISTS", "S: * FLAGS (\\Seen)", "S: * 4 exists",
                                 "S: * OK [UIDNEXT 5] next", "S: a OK", "C: b NOOP", "C: c SEARCH ALL",
                                 "S: b OK", "S: * SEARCH 1 2", "S: c OK"});
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].expected.untagged, (Words{"EXISTS", "FLAGS"}))
      << "once each; how things stand is not compared";
  EXPECT_TRUE(commands[1].expected.untagged.empty());
  EXPECT_EQ(commands[2].expected.untagged, Words{"SEARCH"}) << "it is the next tagged answer's";
}

TEST(ImapScript, WordsAreKeptOfTaggedAndUntaggedAnswers) {
  const auto script =
      imap({"== once", "C: a STATUS INBOX (UIDNEXT)", "S: * STATUS INBOX (UIDNEXT {next:=5})",
            "S: a OK {verdict:=2}", "== pass", "C: b UID FETCH {next} ({verdict})", "S: b OK"});
  ASSERT_EQ(script.once.size(), 1U);
  const auto& captures = script.once[0].captures;
  ASSERT_EQ(captures.size(), 2U);
  EXPECT_EQ(captures[0].untagged, "STATUS");
  EXPECT_EQ(captures[0].word, 5U);
  EXPECT_EQ(captures[1].untagged, "");
  EXPECT_EQ(captures[1].slot, 1U);
  EXPECT_EQ(testing::sent(script.passes.at(0).commands), Words{"UID FETCH word0 (word1)"});
  const auto counted = pass_of({"C: a NOOP", "S: * {count:=2} EXISTS", "S: a OK"});
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(counted[0].expected.untagged, Words{"EXISTS"}) << "it may stand for the word that it keeps";
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: * OK {x:=2}", "S: a OK"}),
            "3:9: no word is kept of an untagged OK");
}

TEST(ImapScript, AMessageIsNamedOnlyInASelectedMailbox) {
  EXPECT_EQ(
      testing::sent(pass_of({"C: a SELECT INBOX", "C: b FETCH {number} UID", "C: c UID FETCH {uid} UID"})),
      (Words{"SELECT INBOX", "FETCH 3 UID", "UID FETCH 30 UID"}));
  EXPECT_EQ(not_imap({"== once", "C: a EXAMINE INBOX", "== pass", "C: b FETCH {number} UID"}), "");
  EXPECT_EQ(not_imap({"== pass", "C: b FETCH {number} UID"}),
            "2:4: `{number}` is a message of the mailbox: a SELECT or EXAMINE has to come before it");
}

TEST(ImapScript, AUidIsOneThatTheServerHasNamed) {
  const auto of = [](std::string_view once, std::string_view command) {
    return testing::problem("imap", "== once\nC: a SELECT INBOX\n" + std::string(once) + "== pass\n" +
                                        std::string(command) + "C: b UID FETCH {uid} FLAGS\n");
  };
  const std::string unnamed =
      ":4: `{uid}` is a UID that the server has named: a FETCH of UID or a UID SEARCH has to come before it";
  EXPECT_EQ(of("", ""), "4" + unnamed);
  EXPECT_EQ(of("", "C: a FETCH 1:* (FLAGS BODY[HEADER.FIELDS (X-UID)])\n"), "5" + unnamed);
  EXPECT_EQ(of("", "C: a SEARCH UID 1:9\n"), "5" + unnamed) << "its numbers are none";
  EXPECT_EQ(of("", "C: a FETCH 1:* (FLAGS uid)\n"), "");
  EXPECT_EQ(of("", "C: a UID SEARCH ALL\n"), "");
  EXPECT_EQ(of("C: c UID FETCH 1:* FLAGS\n", ""), "") << "what once has named is known to passes";
  EXPECT_EQ(of("", "C: a UID SEARCH ALL\n== pass\n"), "6" + unnamed) << "and what another pass has is not";
}

TEST(ImapScript, UntaggedDataWithoutItsAsteriskIsRecognised) {
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: 3 EXISTS", "S: a OK"}),
            "3:4: untagged data begins with `*`: did you mean `S: * 3 EXISTS`?");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: 3 OK"}),
            "3:4: no `C:` line with the tag `3` waits for an answer");
}

// --- Literals

TEST(ImapScript, ALiteralHasTheOctetsThatItSays) {
  const auto commands =
      pass_of({"C: a APPEND INBOX {16}", "S: + go on", "C: Subject: x", "C: ", "C: Hi", "S: a OK"});
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(filled_in(commands[0].line), "APPEND INBOX ");
  ASSERT_EQ(commands[0].literals.size(), 1U);
  EXPECT_EQ(filled_in(commands[0].literals[0].content), "Subject: x\r\n\r\nHi");
  EXPECT_TRUE(commands[0].literals[0].rest.empty());
  EXPECT_EQ(commands[0].source_line, 7U);
}

TEST(ImapScript, TheCommandGoesOnBehindALiteral) {
  const auto commands =
      pass_of({"C: a SEARCH SUBJECT {3}", "S: +", "C: abc TEXT ~{4+}", "C: {{f", "C:  ALL {n}"});
  ASSERT_EQ(commands.size(), 1U);
  ASSERT_EQ(commands[0].literals.size(), 2U);
  EXPECT_EQ(filled_in(commands[0].literals[0].content), "abc");
  EXPECT_EQ(filled_in(commands[0].literals[0].rest), " TEXT ");
  EXPECT_EQ(filled_in(commands[0].literals[1].content), "{f\r\n");
  EXPECT_EQ(filled_in(commands[0].literals[1].rest), " ALL 7");
}

TEST(ImapScript, ALiteralMayEndWithItsLine) {
  const auto commands = pass_of({"C: a APPEND INBOX {4}", "C: Hi", "S: a OK", "C: b NOOP"});
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(filled_in(commands[0].literals.at(0).content), "Hi\r\n");
  EXPECT_FALSE(commands[1].pipelined);
  EXPECT_EQ(pass_of({"C: a APPEND INBOX {0}", "S: +", "C: ", "S: a OK"}).size(), 1U);
}

TEST(ImapScript, ALiteralOfAnySizeIsTheNextLine) {
  const auto commands =
      pass_of({"C: a APPEND INBOX {*}", "S: +", "C: Subject: {n} {{", "S: a OK", "C: b NOOP"});
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(filled_in(commands[0].literals.at(0).content), "Subject: 7 {");
  EXPECT_FALSE(commands[0].literals[0].message);
}

TEST(ImapScript, ALiteralMayBeTheRunsMessage) {
  const auto commands = pass_of({"C: a APPEND INBOX (\\Seen) {message}", "C: b NOOP", "S: a OK", "S: b OK"});
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(filled_in(commands[0].line), "APPEND INBOX (\\Seen) ");
  ASSERT_EQ(commands[0].literals.size(), 1U);
  EXPECT_TRUE(commands[0].literals[0].message);
  EXPECT_TRUE(commands[0].literals[0].content.empty());
  EXPECT_TRUE(commands[1].pipelined);
}

TEST(ImapScript, LiteralsThatAreNoneAreErrors) {
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {310}", "C: Hi", "S: a OK"}),
            "2:19: this literal has 310 octets, of which 4 follow in lines `C:`");
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {3}", "C: Hi", "S: a OK"}),
            "3:6: the literal ends between CR and LF");
  const std::string uncounted =
      " octets (a line end between its lines has two): what goes on with the command begins with a space or "
      "`)`";
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {16}", "C: Subject: x", "C: ", "C: Hello", "S: a OK"}),
            "5:6: the literal ends before this, after its 16" + uncounted);
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {15}", "C: Subject: x", "C: Y", "C: NOOP", "S: a OK"}),
            "5:4: the literal ends before this, after its 15" + uncounted)
      << "the next line too is none of the command";
  EXPECT_EQ(not_imap({"== pass", "C: a FETCH 1 (BODY[HEADER.FIELDS ({4}", "C: Date)])", "S: a OK"}), "");
  EXPECT_EQ(
      not_imap({"== pass", "C: a APPEND INBOX {5}", "C: a{n}bc", "S: a OK"}),
      "3:5: a literal whose octets are given has no placeholders: write `{*}` in place of `{N}`, or `{{` for "
      "a brace");
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {1901}"}),
            "2:19: a literal in a script has at most 1900 octets: `{message}` stands for a longer one");
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {18446744073709551615}"}),
            "2:19: a literal in a script has at most 1900 octets: `{message}` stands for a longer one");
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND INBOX {*}", "S: a OK"}),
            "2:19: `{*}` is a literal, whose content is the next line `C:`");
  EXPECT_EQ(not_imap({"== pass", "C: a SEARCH SUBJECT {{5}"}),
            "2:22: this would begin a literal on the wire, where none follows");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP {message} {n}"}),
            "2:11: `{message}` stands at the end of a command of IMAP, as its literal");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: +"}),
            "3:4: `S: +` answers IDLE, AUTHENTICATE or a literal, and nothing else");
}

TEST(ImapScript, ALiteralOfTheServerIsReadOver) {
  const auto commands = pass_of({"C: a FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {17}", "S: Subject: x",
                                 "S: ", "S: Hi", "S:  FLAGS ())", "S: a OK", "C: b FETCH 1 BODY[]",
                                 "S: * 1 FETCH (BODY[] {4}", "S: Hi", "S: )", "S: b OK"});
  EXPECT_EQ(commands.size(), 2U);
  EXPECT_EQ(
      not_imap({"== pass", "C: a FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {310}", "S: a OK"}),
      "3:4: the 310 octets of this literal do not follow in lines `S:`: leave out what is after the kind of "
      "the data");
}

// --- IDLE

TEST(ImapScript, IdleLastsUntilDone) {
  const auto commands =
      pass_of({"C: a IDLE", "S: + idling", "S: * 4 EXISTS", "wait 2s", "C: DONE", "S: a OK", "C: b NOOP"});
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(filled_in(commands[0].line), "IDLE");
  EXPECT_EQ(commands[0].idle, session::ThinkTime::constant(2'000'000'000));
  EXPECT_EQ(commands[0].expected.untagged, Words{"EXISTS"});
  EXPECT_TRUE(pass_of({"C: a IDLE", "C: done"}).at(0).idle.empty()) << "the run's";
}

TEST(ImapScript, IdleOutOfPlaceIsAnError) {
  EXPECT_EQ(not_imap({"== pass", "C: a IDLE", "S: +"}),
            "2:4: IDLE ends with a line `C: DONE`, and there is none");
  EXPECT_EQ(not_imap({"== pass", "C: a IDLE", "C: b NOOP"}),
            "3:4: the IDLE in line 2 ends with `C: DONE`, which has to come before this");
  EXPECT_EQ(not_imap({"== pass", "C: a IDLE", "S: a OK"}),
            "3:4: IDLE is answered once `C: DONE` has ended it");
  EXPECT_EQ(not_imap({"== pass", "C: a DONE"}),
            "2:4: `C: DONE` has no tag and stands after an IDLE, which it ends");
  EXPECT_EQ(not_imap({"== pass", "C: DONE"}),
            "2:4: `C: DONE` has no tag and stands after an IDLE, which it ends");
  EXPECT_EQ(not_imap({"== pass", "C: a IDLE", "wait 1s", "S: *"}),
            "3:1: within an IDLE a `wait` stands before its `C: DONE`");
}

// --- A script without sections

TEST(ImapScript, WithoutSectionsAPassHasAConnection) {
  const auto script =
      imap({"S: * OK [CAPABILITY IMAP4rev1] ready", "C: 1 CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: 1 OK",
            "C: 2 LOGIN {5}", "S: +", "C: alice {16}", "S: + ", "C: ***", "S: * CAPABILITY X", "S: 2 OK",
            "C: 3 NOOP", "S: 3 OK", "C: 4 LOGOUT", "S: * BYE", "S: 4 OK"});
  EXPECT_TRUE(script.connection_a_pass);
  EXPECT_EQ(testing::sent(script.passes.at(0).commands), (Words{"CAPABILITY", "NOOP"}))
      << "greeting, login and goodbye are the session's own";
}

TEST(ImapScript, TheSessionsOwnCommandsAreLeftToIt) {
  EXPECT_EQ(not_imap({"C: a AUTHENTICATE PLAIN", "S: +", "C: AGEAYg==", "S: a OK", "C: b NOOP", "S: b OK"}),
            "");
  EXPECT_EQ(not_imap({"S: * PREAUTH hello", "C: b NOOP"}), "");
  EXPECT_EQ(not_imap({"S: * BYE", "C: b NOOP"}), "1:4: expected the greeting, `S: * OK`, not `* BYE`");
  EXPECT_EQ(not_imap({"C: a LOGIN b c", "S: a NO", "C: b NOOP"}),
            "2:4: backtalk says LOGIN itself, and goes on only after OK");
  EXPECT_EQ(not_imap({"C: a LOGOUT", "C: b NOOP"}), "2:4: nothing follows LOGOUT");
  EXPECT_EQ(not_imap({"== once", "C: a LOGIN b c", "== pass", "C: a NOOP"}),
            "2:6: backtalk logs in itself, with --user and --password, before the sections begin");
  EXPECT_EQ(not_imap({"== pass", "C: a STARTTLS"}), "2:6: backtalk says STARTTLS itself, with --starttls");
  EXPECT_EQ(not_imap({"== pass", "C: a LOGOUT"}),
            "2:6: remove LOGOUT: backtalk sends it after the last section");
}

// --- What no conversation of IMAP is

TEST(ImapScript, LinesOutOfPlaceAreErrors) {
  EXPECT_EQ(not_imap({"== pass", "C: NOOP"}), "2:4: a command of IMAP begins with a tag, as `C: a1 NOOP`");
  EXPECT_EQ(not_imap({"== pass", "C:"}),
            "2:3: expected a tag and a command, as `C: a1 NOOP`; backtalk puts a tag of its own in place");
  for (const std::string_view text : {"C: a", "C: a ", "C:  NOOP", "C: * NOOP", "C: + NOOP", "C: {n} NOOP"}) {
    EXPECT_EQ(not_imap({"== pass", text}),
              "2:4: expected a tag and a command, as `C: a1 NOOP`; backtalk puts a tag of its own in place")
        << text;
  }
  EXPECT_EQ(not_imap({"== pass", "C: a SELECTED INBOX"}),
            "2:6: expected a command of IMAP, not `SELECTED`: did you mean SELECT?");
  EXPECT_EQ(not_imap({"== pass", "C: a UID"}),
            "2:6: expected a command of IMAP, not `UID`: did you mean ID?");
  EXPECT_EQ(not_imap({"== pass", "C: a UID EXPUNG 1"}),
            "2:6: expected a command of IMAP, not `UID EXPUNG`: did you mean UID EXPUNGE?");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: OK"}),
            "3:4: a tagged answer begins with the tag of its command, as `S: a1 OK`");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: b OK"}),
            "3:4: no `C:` line with the tag `b` waits for an answer");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: a OK", "S: a OK"}),
            "4:4: no `C:` line with the tag `a` waits for an answer");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: a FINE"}),
            "3:6: expected OK, NO or BAD after the tag, or `*`, not `FINE`");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: * 3 EXISTS"}),
            "3:4: untagged data belongs to the tagged answer after it, and there is none");
  EXPECT_EQ(not_imap({"== pass", "S: * 3 EXISTS", "C: a NOOP"}),
            "2:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(not_imap({"== pass", "C: a NOOP", "S: * 3"}),
            "3:4: expected a kind of untagged data, as `S: * 3 EXISTS`, not `* 3`");
}

TEST(ImapScript, AnAnswerIsBounded) {
  std::string text = "== pass\nC: a NOOP\n";
  for (char kind = 'A'; kind < 'A' + 8; ++kind) text += std::string("S: * ") + kind + "\n";
  EXPECT_EQ(testing::problem("imap", text + "S: a OK\n"), "");
  EXPECT_EQ(testing::problem("imap", text + "S: * I\nS: a OK\n"),
            "11:4: an answer is expected to bring at most 8 kinds of untagged data");
}

TEST(ImapScript, ACommandIsBoundedWithItsLiterals) {
  const std::string content(1880, 'x');
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND A {1880}", "C: " + content, "S: a OK"}), "");
  EXPECT_EQ(not_imap({"== pass", "C: a APPEND A {1880}", "C: " + content + " and more text", "S: a OK"}),
            "2:4: a command has at most 1900 octets with its literals and all that is filled in");
}

}  // namespace
}  // namespace backtalk::script
