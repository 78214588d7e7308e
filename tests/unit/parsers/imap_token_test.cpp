// SPDX-License-Identifier: Apache-2.0 OR MIT
// Tokens: rows, iterators, texts.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {
namespace {

using namespace std::string_view_literals;

static_assert(std::forward_iterator<Siblings::Iterator>);

std::string text_of(const Token& token) {
  std::string text;
  token.append_text(text);
  return text;
}

TEST(ImapToken, SiblingsAreWalkedPastWhatIsInsideThem) {
  ResponseParser parser;
  parser.feed("* X (a (b c)) d\r\n");
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  const Siblings row = response->arguments();
  EXPECT_EQ(row.count(), 2U);
  Siblings::Iterator at = row.begin();
  const Siblings::Iterator before = at++;
  EXPECT_TRUE(before->is_list());
  EXPECT_EQ(at->text, "d");
  EXPECT_EQ(children(*before).count(), 2U);
  EXPECT_EQ(row.rest().front().text, "d");
  EXPECT_TRUE(row.rest().rest().empty());
}

// quoted = DQUOTE *QUOTED-CHAR DQUOTE; a literal and an atom have no escapes.
// A server decides how many arguments there are.
TEST(ImapToken, TheFirstOfNoneIsNil) {
  ResponseParser parser;
  parser.feed("* SEARCH\r\n* X ()\r\n* 7\r\n* X NIL\r\n");
  for (int i = 0; i < 3; ++i) {
    const Response* response = parser.next();
    ASSERT_NE(response, nullptr);
    const Siblings none = i == 1 ? children(response->arguments().front()) : response->arguments();
    ASSERT_TRUE(none.empty());
    const Token& nil = none.front();
    EXPECT_TRUE(nil.is_nil());
    EXPECT_EQ(nil.text, "");
    EXPECT_EQ(nil.number(), 0U);
    EXPECT_TRUE(children(nil).empty());
    EXPECT_TRUE(NString{nil}.is_nil());
    EXPECT_TRUE(none.rest().empty());
    EXPECT_TRUE(none.rest().rest().front().is_nil());
    EXPECT_EQ(none.count(), 0U);
  }
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->arguments().front().text, "NIL");  // one that was sent
  EXPECT_EQ(response->arguments().rest().count(), 0U);
  constexpr Siblings kNone;
  static_assert(kNone.front().is_nil() && kNone.rest().empty());
}

TEST(ImapToken, CannotLeaveItsArray) {
  static_assert(!std::is_copy_constructible_v<Token> && !std::is_copy_assignable_v<Token>);
  static_assert(!std::is_constructible_v<Token, const Token> && !std::is_assignable_v<Token&, const Token>);
  static_assert(std::is_same_v<decltype(Response::data)::element_type, const Token>);
  static_assert(std::is_same_v<decltype(Response::code)::element_type, const Token>);
  static_assert(std::is_same_v<decltype(*std::declval<Siblings>().begin()), const Token&>);
  static_assert(std::is_same_v<decltype(std::declval<Siblings>().front()), const Token&>);
}

// The pieces of a literal come before the response: the item that they belong to is known.
TEST(ImapToken, TheNameOfAStreamedLiteralIsKnown) {
  struct Streamed {
    std::string_view before;  // of the first long literal
    std::string_view name;    // empty for none
    std::uint64_t number;
  };
  const Streamed cases[] = {
      {"* 12 FETCH (BODY[] ", "BODY", 12},
      {"* 12 FETCH (UID 7 FLAGS (\\Seen (a)) X-A \"(\" BODY[1.2.HEADER.FIELDS (FROM TO)]<0> ", "BODY", 12},
      {"* 12 fetch (FLAGS () RFC822.TEXT ", "RFC822.TEXT", 12},
      {"* 4294967295 FETCH (BINARY[1] ~", "BINARY", 4294967295},
      {"* 1 FETCH (X-A {2}\r\nhi BODY[TEXT] ", "BODY", 1},
      {"* 1 FETCH (", "", 1},
      {"* 1 FETCH (ENVELOPE (\"date\" ", "", 1},
      {"* 1 FETCH (ENVELOPE (", "", 1},
      {"* 1 FETCH (X-A b ", "b", 1},
      {"* 1 FETCH (BODY[2] BODY[1] ", "BODY", 1},
      {"* 1 FETCH (UID 5 (BODY[HEADER.FIELDS (a (b))]<0> ", "BODY", 1},
      {"* 1 FETCH (UID 5 (FLAGS () (RFC822.HEADER ", "RFC822.HEADER", 1},
      {"* 1 FETCH (FLAGS UID 5 BINARY[] ~", "BINARY", 1},
      {"* 1 FETCH (5 (a) \"b\" RFC822 ", "RFC822", 1},
      {"* 1 FETCH (BODY[1] NIL BODY[] ", "BODY", 1},
      {"* 1 FETCH (BODY[1] ~{2}\r\nhi BODY[] ", "BODY", 1},
      {"* 1 FETCH (FLAGS (a (BODY[] NIL)) ", "", 1},
      {"* 1 FETCH (BODY[] NIL ", "", 1},
      {"* 1 FETCH (BODY[] () ", "", 1},
      {"* 1 FETCH (UID 5 ", "", 1},
      {"* 1 FETCH (FLAGS (a ", "", 1},
      {"* 1 FETCH (FLAGS \\a ", "", 1},
      {"* 1 FETCH (BODY[] (", "", 1},
      {"* 1 FETCH (BODY[", "", 1},
      {"* 1 FETCH (BODY[HEADER.FIELDS (RFC822 ", "", 1},
      {"* 1 FETCH (UID 5) (BODY[] ", "", 1},
      {"* 1 FETCH ", "", 1},
      {"* 1 FETCH () (a ", "", 1},
      {"* 1 EXISTS (a ", "", 1},
      {"* LIST (a ", "", 0},
      {"* X () () (BODY[] ", "", 0},
      {"* OK [BADCHARSET (BODY[] ", "", 0},
      {"* ", "", 0},
  };
  for (const auto& [before, name, number] : cases) {
    const std::string stream = std::string(before) + "{30}\r\n" + std::string(30, 'x');
    for (const std::size_t piece : {stream.size(), std::size_t{1}}) {
      Limits limits;
      limits.literal_gather_octets_max = 10;
      ResponseParser parser{limits};
      std::size_t octets = 0;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        parser.feed(std::string_view(stream).substr(at, piece));
        while (const Response* response = parser.next()) {
          ASSERT_EQ(response->kind, Response::Kind::literal);
          octets += response->literal.size();
          EXPECT_EQ(response->number(), number) << before;
          ASSERT_EQ(response->streamed_name != nullptr, !name.empty()) << before;
          if (!name.empty()) {
            EXPECT_EQ(response->streamed_name->text, name);
          }
        }
      }
      EXPECT_EQ(octets, 30U) << before;
    }
  }
}

// Two of them in one response, and the response itself has none.
TEST(ImapToken, EachStreamedLiteralHasItsOwnName) {
  Limits limits;
  limits.literal_gather_octets_max = 1;
  ResponseParser parser{limits};
  parser.feed("* 3 FETCH (BODY[1] {2}\r\nab UID 7 BODY[2]<5> {3}\r\ncde RFC822 \"f\")\r\n* 4 EXISTS\r\n");
  std::string seen;
  while (const Response* response = parser.next()) {
    if (response->streamed_name != nullptr) {
      const auto section = read_section(*response->streamed_name);
      ASSERT_TRUE(section);
      seen.append(section->part) += ':';
    }
    seen.append(response->literal) += '|';
  }
  EXPECT_EQ(seen, "1:ab|2:cde|||");
}

TEST(ImapToken, TheTextOfAStringIsWithoutItsEscapes) {
  ResponseParser parser;
  parser.feed("* X \"a\\\"b\\\\c\" {3}\r\na\\b NIL\r\n"sv);
  const Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  const Siblings row = response->arguments();
  EXPECT_EQ(text_of(row.front()), "a\"b\\c");
  EXPECT_EQ(text_of(row.rest().front()), "a\\b");
  const NString quoted{row.front()};
  const NString literal{row.rest().front()};
  const NString nil{row.rest().rest().front()};
  EXPECT_TRUE(quoted.escaped());
  EXPECT_FALSE(literal.escaped());
  EXPECT_FALSE(NString{}.escaped());
  std::string text;
  nil.append_to(text);
  EXPECT_EQ(text, "");
}

// What follows a quote that ended no string, of which escapes are read as in any other string.
TEST(ImapToken, AStringThatGoesOnBehindAQuoteHasEscapesToo) {
  struct Row {
    std::string_view sent;  // behind "q"r
    std::string_view text;
    Error strict;
    Error loose;
  };
  constexpr Error kBadEscape{ErrorCode::bad_escape, 9};
  for (const auto& [sent, text, strict, loose] :
       {Row{"", "q\"r", {}, {}},
        {R"(\")", "q\"r\"", {}, {}},
        {R"(\\)", "q\"r\\", {}, {}},
        {R"(\"s)", "q\"r\"s", {}, {}},
        {R"(\\s)", "q\"r\\s", {}, {}},
        {R"(\\\"s)", "q\"r\\\"s", {}, {}},
        {R"(\s)", R"(q"r\s)", kBadEscape, {}},
        {R"(\ s)", R"(q"r\ s)", kBadEscape, {}},
        {R"("s)", "q\"r\"s", {}, {}},
        {R"(")", "q\"r\"", {}, {}},
        {R"(""s)", "q\"r\"s", {}, {}},
        {R"(\)", "", {ErrorCode::unterminated_quoted, 14}, {ErrorCode::unterminated_quoted, 14}}}) {
    for (const bool is_loose : {false, true}) {
      const std::string stream = "* X (\"q\"r" + std::string(sent) + "\" 5)\r\n";
      SCOPED_TRACE(stream);
      ResponseParser parser(
          {}, is_loose ? tolerate::unescaped_quotes | tolerate::loose_escapes : tolerate::unescaped_quotes);
      parser.feed(stream);
      const Response* const response = parser.next();
      ASSERT_NE(response, nullptr);
      const Error& error = is_loose ? loose : strict;
      EXPECT_EQ(response->error, error);
      if (error) continue;
      ASSERT_EQ(response->data.size(), 4U);
      EXPECT_EQ(text_of(response->data[2]), text);
      EXPECT_EQ(response->data[3].number(), 5U);
    }
  }
}

}  // namespace
}  // namespace backtalk::imap
