// SPDX-License-Identifier: Apache-2.0 OR MIT
// Tokens whose bytes are gone: a frame that is cut keeps their texts in one buffer, which moves
// when it grows. What is in front of them there, a tag, moves along.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "every_parser.hpp"

namespace backtalk::imap {
namespace {

std::string literal(char octet, std::size_t count, bool waits) {
  return "{" + std::to_string(count) + (waits ? "}\r\n" : "+}\r\n") + std::string(count, octet);
}

// Literals of every growth: each makes the buffer move, or not.
const std::vector<std::vector<std::size_t>> kSizes{{1, 1, 1},     {200, 300, 1},      {300, 300, 300},
                                                   {10, 600, 10}, {1000, 2000, 4000}, {0, 250, 0, 6000, 0}};

TEST(ImapHeldTokens, OfACommandStayWhatTheyWere) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  for (const auto& sizes : kSizes) {
    std::string command = "a-tag NAME (one \"two\" ";
    std::string expected = "a-tag|NAME||one|two|";
    char octet = 'a';
    for (const std::size_t size : sizes) {
      command += literal(octet, size, false) + " x ";
      expected += std::string(size, octet++) + "|x|";
    }
    command.back() = ')';
    command += "\r\n";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{100}, command.size()}) {
      CommandParser parser;
      std::string seen;
      for (std::size_t at = 0; at < command.size(); at += piece) {
        const std::string copy(command.substr(at, piece));
        parser.feed(copy);
        while (const Input* input = parser.next()) {
          ASSERT_FALSE(input->error);
          seen.append(input->tag).append("|").append(input->name) += '|';
          for (const Token& token : input->arguments.row()) seen.append(token.text) += '|';
        }
      }
      ASSERT_FALSE(parser.error());
      EXPECT_EQ(seen, expected) << "in pieces of " << piece;
    }
  }
}

TEST(ImapHeldTokens, OfAResponseStayWhatTheyWere) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  for (const bool tagged : {false, true}) {
    for (const auto& sizes : kSizes) {
      std::string response = tagged ? "a-tag OK [BADCHARSET (one \"two\" " : "* NAME (one \"two\" ";
      std::string expected = tagged ? "a-tag|text|BADCHARSET||one|two|" : "||NAME||one|two|";
      char octet = 'a';
      for (const std::size_t size : sizes) {
        response += literal(octet, size, true) + " x ";
        expected += std::string(size, octet++) + "|x|";
      }
      response.back() = ')';
      response += tagged ? "] text\r\n" : "\r\n";
      for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{100}, response.size()}) {
        ResponseParser parser;
        std::string seen;
        for (std::size_t at = 0; at < response.size(); at += piece) {
          const std::string copy(response.substr(at, piece));
          parser.feed(copy);
          while (const Response* one = parser.next()) {
            ASSERT_FALSE(one->error);
            seen.append(one->tag).append("|").append(one->text) += '|';
            for (const Token& token : one->code) seen.append(token.text) += '|';
            for (const Token& token : one->data) seen.append(token.text) += '|';
          }
        }
        ASSERT_FALSE(parser.error());
        EXPECT_EQ(seen, expected) << "in pieces of " << piece;
      }
    }
  }
}

// What is left of a response when it ends: its tag and tokens.
std::string tokens_of(std::string_view stream, std::size_t first_cut, std::size_t second_cut) {
  ResponseParser parser;
  std::string seen;
  for (const auto& [begin, end] :
       {std::pair{std::size_t{0}, first_cut}, {first_cut, second_cut}, {second_cut, stream.size()}}) {
    const std::string copy(stream.substr(begin, end - begin));
    parser.feed(copy);
    while (const Response* one = parser.next()) {
      if (one->kind == Response::Kind::literal) continue;
      seen.append(one->tag).append("|").append(word(one->error.code)).append("|");
      for (const Token& token : one->code) seen.append(token.text) += '|';
      for (const Token& token : one->data) seen.append(token.text) += '|';
    }
  }
  return seen + std::string(word(parser.error().code));
}

// A line with a control byte is copied, wherever it is cut, so that three copied lines may meet in
// one piece of the stream.
TEST(ImapHeldTokens, OutliveLinesWithControlBytes) {
  for (const std::string_view stream :
       {"tag NO [BADCHARSET (one {3}\r\nabc two\x01 {2}\r\nde three)] text\r\n",
        "* NAME (one {3}\r\nabc two\x01 {2}\r\nde three)\r\n",
        "* NAME (one {1}\r\na\x01 {1}\r\nb\x01 {1}\r\nc\x01 {1}\r\nd)\r\n"}) {
    const std::string whole = tokens_of(stream, 0, 0);
    EXPECT_NE(whole.find("|control-byte|"), std::string_view::npos) << whole;
    EXPECT_NE(whole.find("|one|"), std::string_view::npos) << whole;
    for (std::size_t first = 0; first <= stream.size(); ++first) {
      for (std::size_t second = first; second <= stream.size(); ++second) {
        ASSERT_EQ(tokens_of(stream, first, second), whole) << "cut at " << first << " and " << second;
      }
    }
  }
}

// A status is a whole word: with one letter more or less it is the name of data.
TEST(ImapStatus, IsAWholeWord) {
  for (const std::string_view status : {"OK", "NO", "BAD", "BYE", "PREAUTH"}) {
    for (const std::string& text :
         {std::string(status), std::string(status) + "X", std::string(status.substr(0, status.size() - 1)),
          "X" + std::string(status), std::string(status) + "-" + std::string(status)}) {
      for (const std::string_view rest : {"", " ", " text and more", " 1"}) {
        ResponseParser parser{{}, tolerate::missing_text | tolerate::extra_spaces};
        const std::string line = "* " + text + std::string(rest) + "\r\n";
        parser.feed(line);
        const Response* response = parser.next();
        ASSERT_NE(response, nullptr) << line;
        EXPECT_FALSE(response->error) << line << word(response->error.code);
        EXPECT_EQ(word(response->status), text == status ? status : "") << line;
        EXPECT_EQ(response->data.empty(), text == status) << line;
      }
    }
  }
}

}  // namespace
}  // namespace backtalk::imap
