// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every error of imap::ResponseParser: which of them end the stream, and what is known of a
// response that has one.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "every_target.hpp"

namespace backtalk::imap {
namespace {

using namespace std::string_view_literals;

Limits small_limits() {
  Limits limits;
  limits.line_octets_max = 60;
  limits.literal_octets_max = 30;
  limits.literal_gather_octets_max = 20;
  limits.response_octets_max = 100;
  limits.tokens_max = 8;
  limits.depth_max = 3;
  return limits;
}

struct Case {
  Error error;
  std::string_view stream;
};

// The end of the response is known, and the next one is read.
constexpr Case kOfResponses[] = {
    {{ErrorCode::nul, 6}, "* OK a\0b\r\n"sv},
    {{ErrorCode::nul, 8}, "a9 OK a \0\r\n"sv},
    {{ErrorCode::nul, 2}, "+ \0\r\n"sv},
    {{ErrorCode::control_byte, 10}, "* FLAGS (a\x01)\r\n"},
    {{ErrorCode::control_byte, 14}, "* X ({1}\r\na \"b\x7f\")\r\n"},
    {{ErrorCode::control_byte, 5}, "* X \"\x01\" {3}\r\n* \r)\r\n"},
    {{ErrorCode::bad_tag, 0}, "\r\n"},
    {{ErrorCode::bad_tag, 0}, " a9 OK x\r\n"},
    {{ErrorCode::bad_tag, 1}, "+x\r\n"},
    {{ErrorCode::bad_tag, 0}, "*\r\n"},
    {{ErrorCode::bad_condition, 3}, "a9 WELL\r\n"},
    {{ErrorCode::missing_text, 5}, "a9 OK\r\n"},
    {{ErrorCode::missing_text, 1}, "+\r\n"},
    {{ErrorCode::bad_token, 2}, "* \r\n"},
    {{ErrorCode::bad_token, 5}, "* X a%\r\n"},
    {{ErrorCode::bad_token, 4}, "* X % {4}\r\n* \r\n\r\n"},
    {{ErrorCode::unterminated_quoted, 6}, "* X \"a\r\n"},
    {{ErrorCode::bad_escape, 5}, "* X \"\\a\"\r\n"},
    {{ErrorCode::missing_space, 5}, "* X a(\r\n"},
    {{ErrorCode::missing_space, 5}, "* X a( {3}\r\n* \r) {30}\r\n123456789012345678901234567890\r\n"},
    {{ErrorCode::missing_space, 26}, "* OK [BADCHARSET ({1}\r\na)]b\r\n"},
    {{ErrorCode::extra_space, 4}, "* X  a\r\n"},
    {{ErrorCode::extra_space, 4}, "* X  (\"a\\\"\" ~{3}\r\n* \r {0}\r\n\r\n"},
    {{ErrorCode::unbalanced_list, 6}, "* X (a\r\n"},
    {{ErrorCode::unbalanced_list, 4}, "* X ) ({3}\r\n* \r))\r\n"},
    {{ErrorCode::unterminated_code, 16}, "* 1 FETCH (BODY[\r\n"},
    {{ErrorCode::unterminated_code, 25}, "* OK [BADCHARSET ({1}\r\na)\r\n"},
    {{ErrorCode::bad_literal, 7}, "* X {5} a\r\n"},
    {{ErrorCode::bad_literal, 5}, "* X {-5} {4}\r\n* \r\n\r\n"},
    {{ErrorCode::too_many_tokens, 18}, "* X 1 2 3 4 5 6 7 8\r\n"},
    {{ErrorCode::too_many_tokens, 18}, "* X 1 2 3 4 5 6 7 8 {4}\r\n* \r\n\r\n"},
    {{ErrorCode::nesting_too_deep, 7}, "* X ((((\r\n"},
    {{ErrorCode::nesting_too_deep, 7}, "* X (((( {4}\r\n* \r\n\r\n"},
};

// Where the next response begins is unknown.
constexpr Case kOfTheStream[] = {
    {{ErrorCode::bare_lf, 6}, "* OK a\n"},
    {{ErrorCode::bare_cr, 6}, "* OK a\rb\r\n"},
    {{ErrorCode::nul, 0}, "\0\r\n"sv},
    {{ErrorCode::control_byte, 0}, "\x16\x03\x01\r\n"},
    {{ErrorCode::control_byte, 2}, "a9\x01 OK x\r\n"},
    {{ErrorCode::line_too_long, 60}, "* OK 3456789012345678901234567890123456789012345678901234567890\r\n"},
    {{ErrorCode::reply_too_long, 92},
     "* X {15}\r\n123456789012345 {15}\r\n123456789012345 {15}\r\n123456789012345 "
     "{15}\r\n123456789012345 {15}\r\n"},
    {{ErrorCode::literal_too_long, 4}, "* X {31}\r\n"},
    {{ErrorCode::literal_too_long, 5}, "* X  {31}\r\n"},
    {{ErrorCode::starttls_injection, 9}, "a9 OK x\r\n* OK y\r\n"},
    {{ErrorCode::bad_tag, 1}, "+x {5}\r\n"},
    {{ErrorCode::bad_condition, 3}, "a9 WELL {5}\r\n"},
    {{ErrorCode::bad_token, 5}, "* X a%{5}\r\n"},
    {{ErrorCode::unterminated_quoted, 10}, "* X \"a {5}\r\n"},
    {{ErrorCode::unterminated_quoted, 24}, "* OK [BADCHARSET (\"a {5}\r\n"},
    {{ErrorCode::bad_escape, 5}, "* X \"\\a\" {5}\r\n"},
    {{ErrorCode::missing_space, 5}, "* X a{5}\r\n"},
    {{ErrorCode::missing_space, 7}, "* X \"a\"b\" {5}\r\n"},
    {{ErrorCode::extra_space, 4}, "* X  a\"b\" {5}\r\n"},
    {{ErrorCode::unbalanced_list, 4}, "* X )\"b\" {5}\r\n"},
    {{ErrorCode::bad_literal, 6}, "* X {5+}\r\n"},
    {{ErrorCode::bad_literal, 7}, "* X {5} \r\n"},
    {{ErrorCode::nesting_too_deep, 7}, "* X ((((\"{5}\r\n"},
    {{ErrorCode::too_many_tokens, 18}, "* X 1 2 3 4 5 6 7 8{5}\r\n"},
};

// The error of the only invalid response of a stream, in pieces of one size. Counts the responses.
Error response_error(ResponseParser& parser, std::string_view stream, std::size_t piece, int& responses) {
  Error found;
  while (!stream.empty() && !parser.error()) {
    const std::string bytes(stream.substr(0, piece));
    stream.remove_prefix(bytes.size());
    parser.feed(bytes);
    while (const Response* response = parser.next()) {
      if (response->kind == Response::Kind::literal) continue;
      ++responses;
      if (response->error) {
        EXPECT_FALSE(found) << "two invalid responses";
        found = response->error;
      } else {
        EXPECT_EQ(response->text, "next");
      }
    }
  }
  return found;
}

void expect_equal(const Error& got, const Error& expected) {
  EXPECT_EQ(word(got.code), word(expected.code));
  EXPECT_EQ(got.offset, expected.offset);
}

TEST(ImapErrors, OfAResponseLeaveTheNextOneReadable) {
  under_every_target([] {
    for (const Case& one : kOfResponses) {
      for (const std::size_t piece : {1U, 3U, 1000U}) {
        SCOPED_TRACE(testing::PrintToString(one.stream) + " in pieces of " + std::to_string(piece));
        ResponseParser parser(small_limits());
        int responses = 0;
        const std::string stream = std::string(one.stream) + "* OK next\r\n";
        expect_equal(response_error(parser, stream, piece, responses), one.error);
        EXPECT_EQ(responses, 2);
        expect_equal(parser.error(), {});
        EXPECT_FALSE(parser.in_message());
        EXPECT_EQ(parser.message_offset(), stream.size());
      }
    }
  });
}

TEST(ImapErrors, OfTheStreamAreOnlyThoseThatHideWhereTheNextResponseBegins) {
  under_every_target([] {
    for (const Case& one : kOfTheStream) {
      for (const std::size_t piece : {1U, 3U, 1000U}) {
        SCOPED_TRACE(testing::PrintToString(one.stream) + " in pieces of " + std::to_string(piece));
        ResponseParser parser(small_limits());
        int responses = 0;
        if (one.error.code == ErrorCode::starttls_injection) {
          parser.feed(one.stream);
          ASSERT_NE(parser.next(), nullptr);
          EXPECT_FALSE(parser.begin_tls());
        } else {
          expect_equal(response_error(parser, one.stream, piece, responses), {});
        }
        expect_equal(parser.error(), one.error);
        EXPECT_EQ(parser.next(), nullptr);
        EXPECT_EQ(responses, 0);
      }
    }
  });
}

// An error that the parser can give and that has no case above is a gap.
TEST(ImapErrors, EachThatTheParserGivesHasACase) {
  std::vector<ErrorCode> expected{
      ErrorCode::bare_lf,           ErrorCode::bare_cr,       ErrorCode::nul,
      ErrorCode::control_byte,      ErrorCode::line_too_long, ErrorCode::reply_too_long,
      ErrorCode::starttls_injection};
  for (auto code = static_cast<int>(ErrorCode::bad_tag);
       code <= static_cast<int>(ErrorCode::nesting_too_deep); ++code) {
    expected.push_back(static_cast<ErrorCode>(code));
  }
  for (const ErrorCode code : expected) {
    const auto has_code = [&](const Case& one) { return one.error.code == code; };
    EXPECT_TRUE(std::ranges::any_of(kOfResponses, has_code) || std::ranges::any_of(kOfTheStream, has_code))
        << word(code);
  }
}

// A client that waits for its tag must not wait for ever.
TEST(ImapErrors, TagAndStatusAreGivenWithTheError) {
  struct Answered {
    std::string_view stream;
    std::string_view tag;
    Status status;
  };
  for (const Answered& one :
       {Answered{"a9 OK\r\n", "a9", Status::ok}, Answered{"a9 NO a\x01\r\n", "a9", Status::no},
        Answered{"a9 BAD [BADCHARSET ({1}\r\na\r\n", "a9", Status::bad},
        Answered{"a9 OK [BADCHARSET ({1}\r\na \x01)] b\r\n", "a9", Status::ok},
        Answered{"a9  OK done\r\n", "a9", Status::ok}, Answered{"a9 WELL\r\n", "a9", Status::none},
        Answered{"a9\r\n", "a9", Status::none}, Answered{"* BYE\r\n", "", Status::bye},
        Answered{"* NO [X] \x01\r\n", "", Status::no}}) {
    for (std::size_t cut = 0; cut <= one.stream.size(); ++cut) {
      SCOPED_TRACE(testing::PrintToString(one.stream) + " cut at " + std::to_string(cut));
      ResponseParser parser;
      const std::string first(one.stream.substr(0, cut));
      const std::string second(one.stream.substr(cut));
      parser.feed(first);
      const Response* response = parser.next();
      if (response == nullptr) {
        parser.feed(second);
        response = parser.next();
      }
      ASSERT_NE(response, nullptr);
      EXPECT_TRUE(response->error);
      EXPECT_EQ(response->tag, one.tag);
      EXPECT_EQ(word(response->status), word(one.status));
      EXPECT_EQ(response->tagged(), !one.tag.empty());
    }
  }
}

// What came before the error can be used, and nothing is to be had from behind it.
TEST(ImapErrors, TheTokensBeforeTheErrorCanBeWalked) {
  constexpr std::string_view kStream =
      "* 7 FETCH (UID 9 FLAGS (\\Seen a\x01) BODY[] {3}\r\n)\r\nUID 8)\r\na1 OK done\r\n";
  for (std::size_t piece = 1; piece <= kStream.size(); ++piece) {
    ResponseParser parser;
    std::string bytes;
    const Response* response = nullptr;
    for (std::size_t at = 0; response == nullptr; at += piece) {
      ASSERT_LT(at, kStream.size());
      bytes = kStream.substr(at, piece);
      parser.feed(bytes);
      response = parser.next();
    }
    EXPECT_EQ(response->error, (Error{ErrorCode::control_byte, kStream.find('\x01')}));
    EXPECT_EQ(response->octets, kStream.find("a1 OK"));
    EXPECT_TRUE(response->bad_line.empty());
    ASSERT_TRUE(response->is_data("FETCH"));
    EXPECT_EQ(response->number(), 7U);
    std::size_t walked = 0;
    for (const Token& item : Siblings{response->data}) walked += item.span;
    EXPECT_EQ(walked, response->data.size());
    FetchItems items{*response};
    FetchItem item;
    ASSERT_TRUE(items.next(item));
    EXPECT_EQ(item.attribute, FetchAttribute::uid);
    EXPECT_EQ(item.number(), 9U);
    ASSERT_TRUE(items.next(item));
    EXPECT_EQ(item.attribute, FetchAttribute::flags);
    EXPECT_EQ(children(*item.value).front().text, "\\Seen");
    EXPECT_FALSE(items.next(item));
  }
}

// While the line with a control byte is incomplete, its error is not one of the stream.
TEST(ImapErrors, WhatIsFedTooEarlyBehindAControlByteIsAnErrorOfTheStream) {
  ResponseParser parser;
  parser.feed("* OK a\x01");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), Error{});
  parser.feed("b");
  parser.feed("c\r\n");
  EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, 7}));
  EXPECT_EQ(parser.next(), nullptr);
  parser.reset();
  parser.feed("* OK next\r\n");
  ASSERT_NE(parser.next(), nullptr);
}

// Whatever byte follows the end of a token: "(" is the only one that may, and only behind a list.
// Where quotes need no escape, what follows one goes on with the string, but with nothing else.
TEST(ImapErrors, NothingFollowsATokenWithoutASpaceButAListAnother) {
  for (const std::string_view token :
       {"\"q\"", "(a)", "(\"q\")", "BODY[TEXT]", "BODY[\"q\"]", "BODY[(\"q\")]", "BODY[TEXT]<0>", "BODY[]<0>",
        "{1}\r\nx", "{0}\r\n"}) {
    for (unsigned byte = 0x21; byte < 0x100; ++byte) {
      const char c = static_cast<char>(byte);
      if (c == ')' || c == 0x7F || (c == '<' && token.starts_with("BODY") && token.ends_with(']'))) continue;
      const std::string before = "* 1 FETCH (" + std::string(token);
      const std::string stream = before + c + "x))\r\n";
      const bool none = c == '%' || c == '*' || byte >= 0x80;
      const Error error{none ? ErrorCode::bad_token : ErrorCode::missing_space, before.size()};
      for (const Tolerances tolerances : {Tolerances{}, tolerate::unescaped_quotes}) {
        if (tolerances.has(tolerate::unescaped_quotes) && token == "\"q\"") continue;
        ResponseParser parser({}, tolerances);
        parser.feed(stream);
        const Response* const response = parser.next();
        ASSERT_NE(response, nullptr) << stream;
        EXPECT_EQ(response->error, c == '(' && token.front() == '(' ? Error{} : error) << stream;
      }
    }
  }
}

// The errors of the stream stay what they are, whatever the lines before them were.
TEST(ImapErrors, NoErrorOfTheStreamIsReplacedByAFeed) {
  for (const std::string_view before :
       {"", "* OK a\r\n", "* OK a\x01\r\n", "* OK a\x01 {3}\r\n", "* \x01 {1}\r\na\r\n"}) {
    for (const auto& [last, code] :
         {std::pair<std::string_view, ErrorCode>{"* 1 FETCH (BODY[] {99999999999}\r\nxyz",
                                                 ErrorCode::literal_too_long},
          {"* 1 FETCH (BODY[] {2000}\r\nxyz", ErrorCode::reply_too_long},
          {"* OK a\nb", ErrorCode::bare_lf},
          {"* OK a\rb", ErrorCode::bare_cr}}) {
      ResponseParser parser({.literal_gather_octets_max = 65536, .response_octets_max = 1000});
      const std::string stream = std::string(before) + std::string(last);
      parser.feed(stream);
      while (parser.next() != nullptr) {
      }
      const Error error = parser.error();
      EXPECT_EQ(word(error.code), word(code)) << stream;
      parser.feed("more");
      EXPECT_EQ(parser.error(), error) << stream;
      EXPECT_EQ(parser.next(), nullptr);
    }
  }
}

TEST(ImapErrors, ABareLfBehindAControlByteStays) {
  ResponseParser parser;
  parser.feed("* OK a\x01\nb");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bare_lf, 7}));
  parser.feed("c\r\n");
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bare_lf, 7}));
}

TEST(ImapErrors, ALineIsGivenWithItsErrorUnlessALiteralFollows) {
  ResponseParser parser;
  parser.feed("* X a%\r\n* X % {1}\r\na\r\n* X {1}\r\na %\r\n");
  EXPECT_EQ(parser.next()->bad_line, "* X a%");
  EXPECT_EQ(parser.next()->bad_line, "");
  EXPECT_EQ(parser.next()->bad_line, " %");
}

}  // namespace
}  // namespace backtalk::imap
