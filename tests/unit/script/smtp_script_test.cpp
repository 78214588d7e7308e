// SPDX-License-Identifier: Apache-2.0 OR MIT
// Scripts of SMTP and LMTP. The rules are those of docs/scripts.md, each with an example and with
// what is refused.
#include <gtest/gtest.h>

#include "script/limits.hpp"
#include "script_testing.hpp"
#include "session/smtp_commands.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::script {
namespace {

using session::kNoStatus;
using session::kSmtpAccepted;
using session::smtp_status;
using session::SmtpCommand;
using testing::lines;

using Texts = std::vector<std::string>;

session::Script smtp(std::initializer_list<std::string_view> text) {
  return testing::read("smtp", lines(text));
}

std::string refused(std::initializer_list<std::string_view> text) {
  return testing::problem("smtp", lines(text));
}

std::string refused_lmtp(std::initializer_list<std::string_view> text) {
  return testing::problem("lmtp", lines(text));
}

TEST(SmtpScript, SectionsBecomeOncePassesAndEnd) {
  const auto script = smtp({"== once", "C: NOOP", "S: 250", "== pass x2 big", "C: VRFY a", "S: 252",
                            "== pass", "C: rset", "== end", "C: HELP", "S: 214"});
  EXPECT_FALSE(script.connection_a_pass);
  EXPECT_EQ(testing::sent(script.once), Texts{"NOOP"});
  ASSERT_EQ(script.passes.size(), 2U);
  EXPECT_EQ(script.passes[0].weight, 2U);
  EXPECT_EQ(testing::sent(script.passes[1].commands), Texts{"rset"}) << "it goes out as it is written";
  EXPECT_EQ(testing::sent(script.end), Texts{"HELP"});
}

TEST(SmtpScript, TheReplyIsThatOfTheOldestCommand) {
  const auto script =
      smtp({"== pass", "C: NOOP", "C: VRFY a", "S: 250 ok", "S: 550 5.1.1 no", "C: RSET", "S: *", "C: NOOP"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_TRUE(commands[1].pipelined);
  EXPECT_FALSE(commands[2].pipelined);
  EXPECT_EQ(commands[0].expected.status, smtp_status(250));
  EXPECT_EQ(commands[1].expected.status, smtp_status(550));
  EXPECT_EQ(commands[1].source_line, 5U) << "where its reply is expected";
  EXPECT_EQ(commands[2].expected.status, kNoStatus) << "whatever comes";
  EXPECT_EQ(commands[3].expected.status, kSmtpAccepted) << "nothing is said of it: it must not be refused";
}

TEST(SmtpScript, AReplyMayHaveSeveralLines) {
  const auto script =
      smtp({"== pass", "C: HELP", "C: NOOP", "S: 214-VRFY", "S: 214-HELP", "S: 214 end", "S: 250"});
  const auto& commands = script.passes.at(0).commands;
  EXPECT_EQ(commands.at(0).expected.status, smtp_status(214));
  EXPECT_EQ(commands.at(0).source_line, 6U);
  EXPECT_EQ(commands.at(1).expected.status, smtp_status(250));
  EXPECT_EQ(refused({"== pass", "C: HELP", "S: 214-VRFY", "S: 250 ok"}),
            "3:4: this reply has no last line, such as `S: 214 ok`");
  EXPECT_EQ(refused({"== pass", "C: HELP", "S: 214-VRFY", "C: NOOP"}),
            "3:4: this reply has no last line, such as `S: 214 ok`");
  EXPECT_EQ(refused({"== pass", "C: HELP", "S: 214-VRFY"}),
            "3:4: this reply has no last line, such as `S: 214 ok`");
  EXPECT_EQ(refused({"== pass", "C: HELP", "S: 214-{word:=2}", "S: 214 end"}),
            "3:8: words are kept of the last line of a reply");
}

TEST(SmtpScript, WhatIsNoReplyIsRefused) {
  for (const std::string_view line :
       {"S: ok", "S: 25", "S: 2500", "S: 250x", "S: 260", "S: 199", "S: 600", "S:"})
    EXPECT_NE(refused({"== pass", "C: NOOP", line}).find("expected `S: 250` or another reply code"),
              std::string::npos)
        << line;
  EXPECT_EQ(refused({"== pass", "C: NOOP", "S: 250", "S: 250"}),
            "4:4: there is no `C:` line that waits for this reply");
}

TEST(SmtpScript, CommandsThatTheSessionSaysAreSkippedInAConnection) {
  const auto script =
      smtp({"S: 220-hi", "S: 220 there", "C: EHLO x", "S: 250-hi", "S: 250 STARTTLS", "C: STARTTLS", "S: 220",
            "C: EHLO x", "S: 250", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: ***", "S: 334 UGFzc3dvcmQ6",
            "C: ***", "S: 235 ok", "C: NOOP", "S: 250", "C: QUIT", "S: 221"});
  EXPECT_TRUE(script.connection_a_pass);
  EXPECT_TRUE(script.logs_in);
  EXPECT_EQ(testing::sent(script.passes.at(0).commands), Texts{"NOOP"});
  EXPECT_FALSE(smtp({"C: NOOP"}).logs_in);
}

TEST(SmtpScript, CommandsThatTheSessionSaysAreNoneOfASection) {
  EXPECT_EQ(refused({"== pass", "C: EHLO x"}), "2:4: backtalk says EHLO itself, before the sections begin");
  EXPECT_EQ(refused({"== pass", "C: STARTTLS"}), "2:4: backtalk says STARTTLS itself, with --starttls");
  EXPECT_EQ(refused({"== pass", "C: AUTH PLAIN x"}),
            "2:4: backtalk logs in itself, with --user and --password, before the sections begin");
  EXPECT_EQ(refused({"== pass", "C: QUIT"}), "2:4: remove QUIT: backtalk sends it after the last section");
  EXPECT_EQ(refused({"C: AUTH PLAIN x", "S: 535 no"}),
            "2:4: backtalk says AUTH itself, and goes on only if it is accepted");
  EXPECT_EQ(refused({"C: NOOP", "C: QUIT", "C: NOOP"}), "3:4: nothing follows QUIT");
  EXPECT_EQ(refused({"S: 554 no"}), "1:4: expected the greeting, `S: 220`, not `554 no`");
}

TEST(SmtpScript, UnknownCommandsAreRefused) {
  EXPECT_EQ(refused({"== pass", "C: NOOOP"}),
            "2:4: expected a command of SMTP, not `NOOOP`: did you mean NOOP?");
  EXPECT_EQ(refused({"== pass", "C: DOT"}).find("2:4: expected a command of SMTP, not `DOT`"), 0U);
  EXPECT_EQ(refused_lmtp({"== pass", "C: NOOOP"}),
            "2:4: expected a command of LMTP, not `NOOOP`: did you mean NOOP?");
}

// --- Messages

TEST(SmtpScript, BehindTheGoAheadLinesAreContent) {
  const auto script = smtp({"== pass", "C: MAIL FROM:<a>", "C: DATA", "S: 250", "S: 354", "C: Subject: {n}",
                            "C:", "C: ..", "C: .", "C: NOOP", "S: 250", "S: 250"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[1].expected.status, smtp_status(354));
  EXPECT_EQ(commands[2].command, static_cast<unsigned>(SmtpCommand::dot));
  EXPECT_TRUE(commands[2].ends_message);
  EXPECT_FALSE(commands[2].pipelined);
  ASSERT_EQ(commands[2].literals.size(), 1U) << "one piece";
  EXPECT_EQ(testing::filled_in(commands[2].literals[0].content), "Subject: 7\r\n\r\n..\r\n.\r\n");
  EXPECT_TRUE(commands[3].pipelined) << "it rides behind the dot (RFC 2920 3.1)";
  EXPECT_EQ(commands[3].source_line, 12U);
}

TEST(SmtpScript, TheRunsMessageHasItsDot) {
  const auto script = smtp({"== pass", "C: DATA", "S: *", "C: X-Number: {n}", "C: {message}", "S: 250"});
  const auto& dot = script.passes.at(0).commands.at(1);
  ASSERT_EQ(dot.literals.size(), 2U);
  EXPECT_FALSE(dot.literals[0].message);
  EXPECT_TRUE(dot.literals[1].message);
  EXPECT_EQ(refused({"== pass", "C: DATA", "S: 354", "C: {message}", "C: .", "S: 250"})
                .find("5:4: expected a command"),
            0U)
      << "there is one already";
  EXPECT_EQ(refused({"== pass", "C: DATA", "S: 354", "C: a {message}"}),
            "4:6: `{message}` is a line of its own after DATA, or stands for the size after BDAT");
}

TEST(SmtpScript, LongContentIsCutIntoPieces) {
  const std::string line = "C: " + std::string(5000, 'x');
  const auto script = smtp({"== pass", "C: DATA", "S: 354", line, "C: .", "S: 250"});
  std::size_t octets = 0;
  for (const auto& part : script.passes.at(0).commands.at(1).literals) {
    EXPECT_LE(part.content.octets_max(), kCommandOctetsMax);
    octets += part.content.octets_max();
  }
  EXPECT_EQ(octets, 5000U + 5U);
}

TEST(SmtpScript, DataHasAReplyBeforeItsContentAndContentAnEnd) {
  EXPECT_EQ(refused({"== pass", "C: DATA", "C: Subject: x"}),
            "3:4: the reply to DATA, `S: 354`, has to come before its content");
  EXPECT_EQ(refused({"== pass", "C: DATA"}), "2:4: expected `S: 354`, and the message after it");
  EXPECT_EQ(refused({"== pass", "C: DATA", "S: 354", "C: Subject: x"}),
            "2:4: this message has no end: expected `C: .` after its last line");
  EXPECT_EQ(refused({"== pass", "C: DATA", "S: 354", "S: 250"}),
            "4:4: the message comes before this: `C:` lines up to `C: .`");
  EXPECT_EQ(testing::sent(smtp({"== pass", "C: DATA", "S: 503", "C: NOOP"}).passes.at(0).commands),
            (Texts{"DATA", "NOOP"}))
      << "no content behind a refusal";
}

// A server or a user must not be able to end a message in its middle.
TEST(SmtpScript, NothingThatIsFilledInCanBecomeTheDot) {
  const std::string sentence =
      "what is filled in can be a dot, which would end the message: put some text in front of it";
  const auto content = [](std::string_view line) {
    return refused({"== pass", "C: NOOP", "S: 250 {word:=2}", "C: DATA", "S: 354", line, "C: .", "S: 250"});
  };
  for (const std::string_view line :
       {"C: {word}", "C: {user}", "C: {user}{password}", "C: .{user}", "C: {from}"})
    EXPECT_EQ(content(line), "6:4: " + sentence) << line;
  for (const std::string_view line :
       {"C: x{word}", "C: {n}", "C: .{n}", "C: {word}.{random}", "C: ..{user}", "C: {{{user}", "C: {user}{{"})
    EXPECT_EQ(content(line), "") << line;
}

TEST(SmtpScript, AChunkHasItsOctets) {
  const auto script = smtp({"== pass", "C: BDAT 8", "C: Hello,", "C: bdat 5 last", "C: {{x}",
                            "C: BDAT 0 LAST", "S: 250", "S: 250", "S: 250"});
  EXPECT_EQ(refused({"== pass", "C: BDAT 3", "C: Hello"}),
            "3:7: the chunk ends within this line: the number after BDAT counts CRLF too");
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_FALSE(commands[0].ends_message);
  EXPECT_EQ(commands[0].literals.at(0).content.octets_max(), 8U);
  EXPECT_TRUE(commands[1].pipelined);
}

TEST(SmtpScript, MistakesOfChunks) {
  EXPECT_EQ(
      refused({"== pass", "C: BDAT 9", "C: Hello", "S: 250"}),
      "4:4: the chunk of this BDAT has 2 octets more: they are in `C:` lines after it, of which each counts "
      "two octets for its CRLF");
  EXPECT_EQ(
      refused({"== pass", "C: BDAT 9", "C: Hello"}).find("2:4: the chunk of this BDAT has 2 octets more"),
      0U);
  EXPECT_EQ(refused({"== pass", "C: BDAT 3", "C: {n}"}).find("3:4: a literal whose octets are given"), 0U);
  for (const std::string_view line : {"C: BDAT", "C: BDAT x", "C: BDAT 1 2", "C: BDAT -1", "C: BDAT {n}"})
    EXPECT_NE(refused({"== pass", line}).find("expected the octets of the chunk"), std::string::npos) << line;
}

TEST(SmtpScript, TheRunsMessageCanBeAChunk) {
  const auto script = smtp({"== pass", "C: BDAT {message} LAST", "S: 250", "C: BDAT {message}"});
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_TRUE(commands[0].line.uses(session::CommandTemplate::Field::content_octets));
  EXPECT_EQ(testing::filled_in(commands[0].line), "BDAT 0 LAST");
  EXPECT_EQ(testing::filled_in(commands[1].line), "BDAT 0");
  ASSERT_EQ(commands[0].literals.size(), 1U);
  EXPECT_TRUE(commands[0].literals[0].message);
  EXPECT_FALSE(commands[1].ends_message);
}

// --- LMTP

TEST(SmtpScript, LmtpRepliesToTheDotForEachRecipient) {
  const std::initializer_list<std::string_view> text{
      "== pass", "C: MAIL FROM:<a>", "S: 250",  "C: RCPT TO:<b>", "S: 250", "C: RCPT TO:<c>",
      "S: 550",  "C: RCPT TO:<d>",   "S: 250",  "C: DATA",        "S: 354", "C: .",
      "S: 250",  "S: 452 d is full", "C: NOOP", "S: 250"};
  const auto script = testing::read("lmtp", lines(text));
  const auto& commands = script.passes.at(0).commands;
  ASSERT_EQ(commands.size(), 7U);
  EXPECT_EQ(commands[5].expected.status, smtp_status(250));
  ASSERT_EQ(commands[5].further.size(), 1U);
  EXPECT_EQ(commands[5].further[0].status, smtp_status(452));
  EXPECT_EQ(commands[5].further[0].source_line, 14U);
  EXPECT_EQ(refused(text), "14:4: there is no `C:` line that waits for this reply") << "SMTP has one for all";
  EXPECT_EQ(
      refused_lmtp({"== pass", "C: MAIL FROM:<a>", "S: 250", "C: RCPT TO:<b>", "S: 250", "C: RCPT TO:<b>",
                    "S: 250", "C: DATA", "S: 354", "C: .", "S: 250", "C: NOOP", "S: 250"}),
      "")
      << "those that are not written down must be accepted";
}

// --- Placeholders

TEST(SmtpScript, PlaceholdersAreFilledIn) {
  EXPECT_EQ(
      testing::sent(smtp({"== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<{to}>", "C: VRFY {user}{{n}"})
                        .passes.at(0)
                        .commands),
      (Texts{"MAIL FROM:<from7@example.org>", "RCPT TO:<to@example.org>", "VRFY someone{n}"}));
  EXPECT_EQ(refused({"== pass", "C: VRFY {number}"}),
            "2:4: `{number}` and `{uid}` are messages of a mailbox, which SMTP does not have");
  EXPECT_EQ(
      refused({"== pass", "C: VRFY {fom}"}),
      "2:9: `{fom}` is no placeholder, and no line `S:` before this has kept it: did you mean `{from}`?");
  EXPECT_NE(testing::problem("pop3", lines({"== pass", "C: NOOP {from}"})), "") << "it is SMTP's";
}

TEST(SmtpScript, AWaitStandsBeforeACommandOrAtTheEndOfAPass) {
  const auto script = smtp({"== pass", "C: NOOP", "S: 250", "wait 1s", "C: RSET", "S: 250", "wait 2s"});
  EXPECT_FALSE(script.passes.at(0).commands.at(1).wait.empty());
  EXPECT_FALSE(script.passes.at(0).wait.empty());
  EXPECT_EQ(refused({"== pass", "C: DATA", "S: 354", "wait 1s", "C: ."}),
            "4:1: the message comes before this: `C:` lines up to `C: .`");
  EXPECT_NE(refused({"== pass", "C: BDAT 9", "wait 1s", "C: Hello"}), "");
  EXPECT_NE(refused({"== pass", "C: NOOP", "wait 1s", "S: 250"}), "");
}

TEST(SmtpScript, TheMessagesOfAScriptAreBounded) {
  EXPECT_NE(refused({"== pass", "repeat 2000", "C: DATA", "S: 354", "C: " + std::string(2000, 'x'), "C: .",
                     "S: 250", "end"})
                .find("the messages of a script have at most 1048576 octets"),
            std::string::npos);
}

// --- Sizes of messages

TEST(SmtpScript, SizesHoldForTheWholeScript) {
  const auto script = testing::read("smtp", "# x\nsizes 1000:90%, 100000:10%\n== pass\nC: NOOP\n");
  ASSERT_EQ(script.message_sizes.size(), 2U);
  EXPECT_EQ(script.message_sizes[1].octets, 100000U);
  EXPECT_DOUBLE_EQ(script.message_sizes[1].share, 0.1);
  EXPECT_TRUE(testing::read("smtp", "C: NOOP\n").message_sizes.empty());
}

TEST(SmtpScript, SizesThatAreNoneAreErrors) {
  const auto problem = [](const std::string& sizes) {
    return testing::problem("smtp", "sizes " + sizes + "\nC: NOOP\n");
  };
  constexpr std::string_view kExpected =
      "1:7: expected octets and the share of messages that have them, as `sizes 1000:90%, 100000:10%`";
  for (const char* sizes :
       {"1000", "1000:90", "x:100%", "1000:0%", "1000:100%,", "99999999999:100%", "-1:100%"})
    EXPECT_EQ(problem(sizes), kExpected) << sizes;
  EXPECT_EQ(problem("1000:90%"), "1:7: the shares of all sizes add up to 100 %");
  EXPECT_EQ(problem("1000:33.33%,2000:33.33%,3000:33.33%"), "") << "as far as hundredths of a per cent can";
  EXPECT_EQ(testing::problem("smtp", "== pass\nsizes 1:100%\nC: NOOP\n"),
            "2:1: `sizes` stands once, before all lines and sections: it holds for the whole script");
  EXPECT_EQ(testing::problem("pop3", "sizes 1:100%\nC: NOOP\n"),
            "2:1: `sizes` is for messages that SMTP and LMTP send");
}

}  // namespace
}  // namespace backtalk::script
