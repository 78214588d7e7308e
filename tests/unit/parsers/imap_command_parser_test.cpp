// SPDX-License-Identifier: Apache-2.0 OR MIT
// imap::CommandParser: commands with literals that wait and that do not, SASL lines, broken twins.
#include "backtalk/imap/command_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::imap {
namespace {

// What the parser gives for a stream fed in pieces, in one line.
std::string inputs(std::string_view stream, std::size_t piece, Limits limits = {}) {
  CommandParser parser(limits);
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const std::string copy(stream.substr(at, piece));
    parser.feed(copy);
    while (const Input* input = parser.next()) {
      if (input->kind == Input::Kind::literal_wanted)
        out += "wanted " + std::to_string(input->literal_octets) + '|';
      if (input->kind == Input::Kind::octets) out += input->literal;
      if (input->kind != Input::Kind::command) continue;
      out += std::string(input->tag) + ' ' + std::string(input->name);
      for (const Token& argument : input->arguments.row()) out += ' ' + std::string(argument.text);
      if (input->error) out += " !" + std::string(word(input->error.code));
      out += '|';
    }
  }
  if (parser.error())
    out += std::string(word(parser.error().code)) + '@' + std::to_string(parser.error().offset);
  return out;
}

void expect(std::string_view stream, std::string_view expected, Limits limits = {}) {
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, stream.size()}) {
    EXPECT_EQ(inputs(stream, piece, limits), expected) << stream << "\nin pieces of " << piece;
  }
}

TEST(ImapCommandParser, Commands) {
  expect("abcd CAPABILITY\r\n", "abcd CAPABILITY|");
  expect("a1 UID FETCH 1:* (FLAGS BODY.PEEK[HEADER]<0.100>)\r\n",
         "a1 UID FETCH 1:*  FLAGS BODY.PEEK HEADER 0.100|");
  expect("a2 LIST \"\" %\r\n", "a2 LIST  %|");
  expect("a3 SELECT BODY[x\r\n", "a3 SELECT BODY[x|");
}

TEST(ImapCommandParser, LiteralsThatWaitAndLiteralsThatDoNot) {
  expect("A001 LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man\r\n",
         "wanted 11|wanted 7|A001 LOGIN FRED FOOBAR fat man|");
  expect("A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n", "A001 LOGIN FRED FOOBAR fat man|");
}

TEST(ImapCommandParser, LongLiteralsComeInPieces) {
  Limits limits;
  limits.literal_gather_octets_max = 3;
  expect("a APPEND x {5+}\r\nhello\r\n", "helloa APPEND x |", limits);
}

TEST(ImapCommandParser, ALiteralThatIsRefusedEndsItsCommand) {
  CommandParser parser;
  parser.feed("a1 APPEND x {999}\r\n");
  const Input* input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->kind, Input::Kind::literal_wanted);
  EXPECT_EQ(input->tag, "a1");
  parser.refuse_literal();
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.in_message());
  parser.feed("a2 NOOP\r\n");
  input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->name, "NOOP");
}

TEST(ImapCommandParser, LinesThatAreNoCommands) {
  CommandParser parser;
  parser.feed("a IDLE\r\nDONE\r\nb NOOP\r\n");
  ASSERT_NE(parser.next(), nullptr);
  parser.expect_line();
  const Input* input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->kind, Input::Kind::line);
  EXPECT_EQ(input->text, "DONE");
  EXPECT_EQ(input->tag, "*") << "of the command before it nothing is left";
  EXPECT_EQ(input->name, "");
  EXPECT_TRUE(input->arguments.empty());
  EXPECT_FALSE(input->error);
  EXPECT_EQ(input->offset, 8U);
  input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->tag, "b");
}

TEST(ImapCommandParser, WhatIsWrongInsideACommandLosesNoFrame) {
  expect("\r\na1 NOOP\r\n", "*  !bad-tag|a1 NOOP|");
  expect("a+ NOOP\r\n", "*  !bad-tag|");
  expect("a1\r\na1 \r\n", "*  !bad-tag|a1  !bad-token|");
  expect("a1 NOOP \r\n", "a1 NOOP !extra-space|");
  expect("a1 LOGIN \"x\r\na2 NOOP\r\n", "a1 LOGIN !unterminated-quoted|a2 NOOP|");
  expect("a1 LOGIN \"x {5}\r\n", "unterminated-quoted@15");
  expect("a1 LOGIN {99999999999999999999+}\r\n", "literal-too-long@9");
  expect("a1 NO\nOP\r\n", "bare-lf@5");
}

Error error_in(const std::string& line) {
  CommandParser parser;
  parser.feed(line);
  const Input* const input = parser.next();
  return input == nullptr ? parser.error() : input->error;
}

// Each octet that is no control byte, in and behind the tag and the name.
TEST(ImapCommandParser, ATagAndANameConsistOfTheirOctetsAndASpaceEndsThem) {
  for (unsigned byte = 0x20; byte < 0x100; ++byte) {
    if (byte == 0x7F) continue;
    const char c = static_cast<char>(byte);
    const bool special = byte >= 0x80 || std::string_view("(){%*\"\\").find(c) != std::string_view::npos;
    const bool in_name = c != ' ' && !special && c != '[' && c != ']';
    const bool in_tag = c != ' ' && !special && c != '+';
    const auto error = [](bool good, ErrorCode code, std::uint64_t offset) {
      return good ? Error{} : Error{code, offset};
    };
    EXPECT_EQ(error_in(std::string("a") + c + "b NOOP\r\n"), error(in_tag || c == ' ', ErrorCode::bad_tag, 1))
        << byte;
    EXPECT_EQ(error_in(c + std::string("b NOOP\r\n")), error(in_tag, ErrorCode::bad_tag, 0)) << byte;
    EXPECT_EQ(error_in(std::string("a1 ") + c + "\r\n"), error(in_name, ErrorCode::bad_token, 3)) << byte;
    EXPECT_EQ(error_in(std::string("a1 X") + c + "y\r\n"),
              error(in_name || c == ' ', ErrorCode::bad_token, 4))
        << byte;
    const ErrorCode at_end = c == ' ' ? ErrorCode::extra_space : ErrorCode::bad_token;
    EXPECT_EQ(error_in(std::string("a1 X") + c + "\r\n"), error(in_name, at_end, 4)) << byte;
  }
}

TEST(ImapCommandParser, WhatWasReceivedBeforeTlsIsInjected) {
  CommandParser parser;
  parser.feed("a STARTTLS\r\nb LOGIN x y\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 12}));
}

}  // namespace
}  // namespace backtalk::imap
