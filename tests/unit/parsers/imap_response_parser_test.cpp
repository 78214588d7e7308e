// SPDX-License-Identifier: Apache-2.0 OR MIT
// imap::ResponseParser: views across feeds, long literals, limits, linear work, STARTTLS.
#include "backtalk/imap/response_parser.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "work.hpp"

namespace backtalk::imap {
namespace {

// Feeds pieces that are gone after the next feed, as a socket's buffer is.
class Feeder {
 public:
  explicit Feeder(ResponseParser& parser) : parser_(parser) {}
  void feed(std::string_view bytes) {
    held_ = std::make_unique<std::string>(bytes);
    parser_.feed(*held_);
  }

 private:
  ResponseParser& parser_;
  std::unique_ptr<std::string> held_;
};

TEST(ImapResponseParser, ViewsWhatWasFedWhereAResponseLiesWholeInIt) {
  const std::string bytes = "* 1 FETCH (BODY[] {5}\r\nhello UID 7)\r\n";
  ResponseParser parser;
  parser.feed(bytes);
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  ASSERT_TRUE(response->is_data("fetch"));
  EXPECT_EQ(response->number(), 1U);
  const Token& literal = response->data[4];
  EXPECT_EQ(literal.text, "hello");
  EXPECT_EQ(literal.text.data(), bytes.data() + 23);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.in_message());
}

TEST(ImapResponseParser, KeepsTokensThatEarlierFeedsBrought) {
  ResponseParser parser;
  Feeder feeder(parser);
  feeder.feed("abc NO [BADCHARSET ({2}\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  feeder.feed("x");
  EXPECT_EQ(parser.next(), nullptr);
  feeder.feed("y {2}\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  feeder.feed("zw)] not here\r\n");
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->tag, "abc");
  ASSERT_EQ(response->code.size(), 4U);
  EXPECT_EQ(response->code[0].text, "BADCHARSET");
  EXPECT_EQ(response->code[2].text, "xy");
  EXPECT_EQ(response->code[3].text, "zw");
  EXPECT_EQ(response->text, "not here");
}

TEST(ImapResponseParser, GivesALongLiteralInPiecesOfWhatWasFed) {
  Limits limits;
  limits.literal_gather_octets_max = 4;
  ResponseParser parser(limits);
  Feeder feeder(parser);
  feeder.feed("* 9 FETCH (UID 3 BODY[] {10}\r\n0123");
  const Response* piece = parser.next();
  ASSERT_NE(piece, nullptr);
  EXPECT_EQ(piece->kind, Response::Kind::literal);
  EXPECT_EQ(piece->literal, "0123");
  EXPECT_EQ(piece->literal_octets, 10U);
  EXPECT_EQ(piece->literal_left, 6U);
  ASSERT_GE(piece->data.size(), 4U);
  EXPECT_EQ(piece->data[4].number(), 3U);
  EXPECT_EQ(parser.next(), nullptr);
  feeder.feed("456789)\r\n");
  piece = parser.next();
  ASSERT_NE(piece, nullptr);
  EXPECT_EQ(piece->literal, "456789");
  EXPECT_EQ(piece->literal_left, 0U);
  const Response* whole = parser.next();
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->kind, Response::Kind::untagged);
  EXPECT_TRUE(whole->data.back().streamed);
  EXPECT_EQ(whole->octets, 43U);
}

TEST(ImapResponseParser, AnAnnouncedLiteralAllocatesNothing) {
  Limits limits;
  limits.literal_octets_max = 4294967295;
  ResponseParser parser(limits);
  parser.feed("* 1 FETCH (BODY[] {4294967295}\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.error());
  EXPECT_TRUE(parser.in_message());
}

TEST(ImapResponseParser, WhatWasReceivedBeforeTlsIsInjected) {
  ResponseParser parser;
  parser.feed("a1 OK begin TLS\r\n* OK injected\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 17}));
  EXPECT_EQ(parser.next(), nullptr);
  parser.reset();
  parser.feed("a1 OK begin TLS\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_TRUE(parser.begin_tls());
}

#ifdef BACKTALK_COUNT_WORK
std::uint64_t work_of(std::string_view stream, std::size_t piece, Tolerances tolerances = {}) {
  Limits limits;
  limits.line_octets_max = limits.response_octets_max = std::size_t{1} << 24;
  limits.tokens_max = std::size_t{1} << 20;
  ResponseParser parser(limits, tolerances);
  work::bytes_examined = 0;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    parser.feed(stream.substr(at, piece));
    while (parser.next() != nullptr) {
    }
  }
  EXPECT_FALSE(parser.error());
  return work::bytes_examined;
}

std::string repeated(std::string_view one, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += one;
  return all;
}

// Twice the input is twice the work, and each byte is examined only a few times (CVE-2026-42245 for
// the literals).
TEST(ImapResponseParser, WorkIsLinearWhateverTheCuts) {
  constexpr std::size_t kTimes = 2000;
  const std::vector<std::pair<std::string, std::string>> shapes{
      {"many literals", " {1}\r\nx"},
      {"literals of NUL", std::string(" {2}\r\n\0\r", 8)},
      {"empty literals", " {0}\r\n"},
      {"long literals", " {300}\r\n" + std::string(300, '\n')},
      {"atoms", " a"},
      {"strings", " \"a\\\\b\""},
      {"lists", " ((a) b)"}};
  for (const auto& [name, one] : shapes) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{1} << 24}) {
      SCOPED_TRACE(name + " in pieces of " + std::to_string(piece));
      const std::string stream = "* X" + repeated(one, kTimes) + "\r\n";
      const std::string twice = "* X" + repeated(one, 2 * kTimes) + "\r\n";
      const std::uint64_t work = work_of(stream, piece);
      EXPECT_LE(work, 12 * stream.size());
      EXPECT_LE(work_of(twice, piece), 2 * work + 4 * stream.size());
    }
  }
}

// The same where a response is wrong, or read with tolerances.
TEST(ImapResponseParser, WorkIsLinearWhereAResponseIsWrong) {
  constexpr std::size_t kTimes = 2000;
  struct Shape {
    std::string_view name;
    std::string_view begin;
    std::string_view one;
    std::string_view end;
    Tolerances tolerances;
  };
  for (const Shape& shape : {
           Shape{"control bytes", "* X", "\x01", "\r\n", {}},
           Shape{"control bytes in text",
                 "a OK ",
                 "\x01"
                 "a",
                 "\r\n",
                 {}},
           Shape{"literals behind an error", "* X  ", " {1}\r\nx", "\r\n", {}},
           Shape{"quotes behind an error", "* X  ", " \"a\"", " {0}\r\n\r\n", {}},
           Shape{"text that is no code", "* OK [", "a\"b ", "\r\n", {}},
           Shape{"text that is no code, with brackets", "* OK [a=\"", "]b", "\r\n", {}},
           Shape{"spaces", "*", " ", "OK x\r\n", tolerate::extra_spaces},
           Shape{"spaces before FETCH", "* 1", " ", "FETCH (BODY[] NIL)\r\n", tolerate::extra_spaces},
           Shape{"quotes", "* X \"", "a\"", "\r\n", tolerate::unescaped_quotes},
           Shape{"quotes without an end", "* X \"", "a\"", "a\r\n", tolerate::unescaped_quotes},
           Shape{"strings with quotes", "* X", " \"a\"b\"", "\r\n", tolerate::unescaped_quotes},
           Shape{"blank lines", "* X (a", " {0}\r\n\r\n", ")\r\n", tolerate::blank_line_after_literal},
           Shape{"only blank lines", "* X ({0}\r\n", "\r\n", ")\r\n", tolerate::blank_line_after_literal},
       }) {
    const auto stream_of = [&](std::size_t times) {
      return std::string(shape.begin) + repeated(shape.one, times) + std::string(shape.end);
    };
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{1} << 24}) {
      SCOPED_TRACE(std::string(shape.name) + " in pieces of " + std::to_string(piece));
      const std::string stream = stream_of(kTimes);
      const std::uint64_t work = work_of(stream, piece, shape.tolerances);
      EXPECT_LE(work, 12 * stream.size());
      EXPECT_LE(work_of(stream_of(2 * kTimes), piece, shape.tolerances), 2 * work + 4 * stream.size());
    }
  }
}
#endif

TEST(ImapResponseParser, NestingToAMillionIsRefusedAndTheNextResponseRead) {
  Limits limits;
  limits.line_octets_max = limits.response_octets_max = 2000000;
  limits.depth_max = 100;
  limits.tokens_max = 1000;
  ResponseParser parser(limits);
  const std::string stream = "* X " + std::string(1000000, '(') + "\r\na1 OK done\r\n";
  parser.feed(stream);
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->error, (Error{ErrorCode::nesting_too_deep, 104}));
  response = parser.next();
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->tag, "a1");
}

}  // namespace
}  // namespace backtalk::imap
