// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a POP3 server reads.
#include "backtalk/pop3/command_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::pop3 {
namespace {

// The command that `line` holds. The views are those of `line`.
Command command_of(std::string_view line) {
  CommandParser parser;
  parser.feed(line);
  const Input* input = parser.next();
  EXPECT_NE(input, nullptr) << line;
  return input == nullptr ? Command{} : input->command;
}

TEST(Pop3Command, IsKnownInAnyCase) {
  const Command command = command_of("rEtR 1\r\n");
  EXPECT_EQ(command.verb, Verb::retr);
  EXPECT_EQ(command.keyword, "rEtR");
  EXPECT_EQ(command.arguments, "1");
}

TEST(Pop3Command, EveryVerbHasItsKeyword) {
  EXPECT_EQ(command_of("APOP\r\n").verb, Verb::apop);
  EXPECT_EQ(command_of("AUTH\r\n").verb, Verb::auth);
  EXPECT_EQ(command_of("CAPA\r\n").verb, Verb::capa);
  EXPECT_EQ(command_of("DELE\r\n").verb, Verb::dele);
  EXPECT_EQ(command_of("LANG\r\n").verb, Verb::lang);
  EXPECT_EQ(command_of("LIST\r\n").verb, Verb::list);
  EXPECT_EQ(command_of("NOOP\r\n").verb, Verb::noop);
  EXPECT_EQ(command_of("PASS\r\n").verb, Verb::pass);
  EXPECT_EQ(command_of("QUIT\r\n").verb, Verb::quit);
  EXPECT_EQ(command_of("RSET\r\n").verb, Verb::rset);
  EXPECT_EQ(command_of("STAT\r\n").verb, Verb::stat);
  EXPECT_EQ(command_of("STLS\r\n").verb, Verb::stls);
  EXPECT_EQ(command_of("TOP\r\n").verb, Verb::top);
  EXPECT_EQ(command_of("UIDL\r\n").verb, Verb::uidl);
  EXPECT_EQ(command_of("USER\r\n").verb, Verb::user);
  EXPECT_EQ(command_of("UTF8\r\n").verb, Verb::utf8);
}

TEST(Pop3Command, UnknownKeywordsAndEmptyLinesAreTheServersToAnswer) {
  EXPECT_EQ(command_of("XTND XMIT\r\n").verb, Verb::unknown);
  EXPECT_EQ(command_of("RETRX 1\r\n").verb, Verb::unknown);
  EXPECT_EQ(command_of("\r\n").verb, Verb::unknown);
}

TEST(Pop3Command, APasswordMayHoldSpaces) {
  EXPECT_EQ(command_of("PASS  a b \r\n").arguments, " a b ");
}

TEST(Pop3Command, MessageNumbersAreWholeAndFromOne) {
  EXPECT_EQ(*read_message_number(command_of("RETR 4294967295\r\n")), 4294967295U);
  for (const std::string_view line : {"RETR\r\n", "RETR \r\n", "RETR 0\r\n", "RETR 1 \r\n", "RETR 1 2\r\n",
                                      "RETR -1\r\n", "RETR 4294967296\r\n", "RETR 1x\r\n"}) {
    EXPECT_FALSE(read_message_number(command_of(line))) << line;
  }
}

TEST(Pop3Command, TopHasTwoNumbers) {
  const auto found = read_top(command_of("TOP 1 10\r\n"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, 1U);
  EXPECT_EQ(found->lines, 10U);
  EXPECT_EQ(read_top(command_of("TOP 1 0\r\n"))->lines, 0U);
  EXPECT_EQ(read_top(command_of("TOP 1 18446744073709551615\r\n"))->lines, 18446744073709551615U);
  for (const std::string_view line : {"TOP 1\r\n", "TOP 1 \r\n", "TOP 0 1\r\n", "TOP 1 1 1\r\n",
                                      "TOP 1  1\r\n", "TOP x 1\r\n", "TOP 1 18446744073709551616\r\n"}) {
    EXPECT_FALSE(read_top(command_of(line))) << line;
  }
}

TEST(Pop3Command, ApopHasANameAndADigest) {
  const auto found = read_apop(command_of("APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "mrose");
  EXPECT_EQ(found->digest, "c4c9334bac560ecc979e58001b3e22fb");
  for (const std::string_view line :
       {"APOP\r\n", "APOP mrose\r\n", "APOP  c4c9334bac560ecc979e58001b3e22fb\r\n",
        "APOP mrose c4c9334bac560ecc979e58001b3e22f\r\n",
        "APOP mrose c4c9334bac560ecc979e58001b3e22fg\r\n"}) {
    EXPECT_FALSE(read_apop(command_of(line))) << line;
  }
}

TEST(Pop3Command, AuthHasAMechanismAndPerhapsAResponse) {
  const auto plain = read_auth(command_of("AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=\r\n"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->mechanism, "PLAIN");
  EXPECT_EQ(plain->initial_response, "dGVzdAB0ZXN0AHRlc3Q=");
  EXPECT_FALSE(read_auth(command_of("AUTH CRAM-MD5\r\n"))->initial_response);
  EXPECT_EQ(read_auth(command_of("AUTH EXTERNAL =\r\n"))->initial_response, "=");
  constexpr std::string_view kLongest = "AUTH ABCDEFGHIJKLMNOPQRST\r\n";
  EXPECT_EQ(read_auth(command_of(kLongest))->mechanism.size(), 20U);
  for (const std::string_view line : {"AUTH\r\n", "AUTH \r\n", "AUTH PLAIN \r\n", "AUTH PLAIN a b\r\n",
                                      "AUTH PL.AIN\r\n", "AUTH ABCDEFGHIJKLMNOPQRSTU\r\n"}) {
    EXPECT_FALSE(read_auth(command_of(line))) << line;
  }
}

TEST(Pop3CommandParser, ReadsTheAnswerToAChallengeAndThenCommandsAgain) {
  CommandParser parser;
  parser.feed("AUTH PLAIN\r\nSTAT\r\nSTAT\r\n");
  ASSERT_NE(parser.next(), nullptr);
  parser.expect_sasl_response();
  const Input* answer = parser.next();
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->kind, Input::Kind::sasl_response);
  EXPECT_EQ(answer->response, "STAT");
  EXPECT_EQ(answer->offset, 12U);
  const Input* command = parser.next();
  ASSERT_NE(command, nullptr);
  EXPECT_EQ(command->kind, Input::Kind::command);
  EXPECT_EQ(command->command.verb, Verb::stat);
}

TEST(Pop3CommandParser, GivesTheSameByteByByte) {
  CommandParser parser;
  std::string found;
  for (const char c : std::string_view("USER mrose\r\nPASS secret\r\nSTAT\r\n")) {
    parser.feed({&c, 1});
    while (const Input* input = parser.next()) {
      found.append(input->command.keyword).append("(").append(input->command.arguments).append(")@");
      found += std::to_string(input->offset) + ' ';
    }
  }
  EXPECT_EQ(found, "USER(mrose)@0 PASS(secret)@12 STAT()@25 ");
  EXPECT_FALSE(parser.in_message());
}

TEST(Pop3CommandParser, SaysWhereTheCommandThatWasBegunStarts) {
  CommandParser parser;
  parser.feed("STAT\r\nRE");
  while (parser.next() != nullptr) {
  }
  EXPECT_TRUE(parser.in_message());
  EXPECT_EQ(parser.message_offset(), 6U);
}

TEST(Pop3CommandParser, BrokenLinesAreErrorsOfTheStream) {
  CommandParser parser;
  parser.feed("STAT\r\nQUIT\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bare_lf, 10}));
  parser.reset();
  parser.feed("STAT\r\n");
  EXPECT_NE(parser.next(), nullptr);
}

TEST(Pop3CommandParser, ALineIsBoundedUnderAtAndOverTheLimit) {
  for (const std::size_t size : {9U, 10U, 11U}) {
    CommandParser parser({.line_octets_max = 10});
    const std::string line = std::string(size - 2, 'x') + "\r\n";
    parser.feed(line);
    EXPECT_EQ(parser.next() != nullptr, size <= 10) << size;
    EXPECT_EQ(parser.error().code, size <= 10 ? ErrorCode::none : ErrorCode::line_too_long) << size;
  }
}

TEST(Pop3CommandParser, GivesBackWhatIsUnread) {
  CommandParser parser;
  parser.feed("RETR 1\r\nRETR 2\r\nQU");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_EQ(parser.give_back(), "RETR 2\r\nQU");
  EXPECT_EQ(parser.next(), nullptr);
  parser.feed("RETR 2\r\nQU");
  const Input* input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->command.arguments, "2");
  EXPECT_EQ(input->offset, 8U);
  EXPECT_EQ(parser.next(), nullptr);
}

// RFC 2595 4; the server's side of CVE-2021-38371.
TEST(Pop3CommandParser, NothingMayFollowStlsInClearText) {
  CommandParser clean;
  clean.feed("STLS\r\n");
  ASSERT_NE(clean.next(), nullptr);
  EXPECT_TRUE(clean.begin_tls());
  CommandParser parser;
  parser.feed("STLS\r\nUSER x\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 6}));
}

}  // namespace
}  // namespace backtalk::pop3
