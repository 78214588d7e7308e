// SPDX-License-Identifier: Apache-2.0 OR MIT
// Tokens: rows, iterators, texts.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <string_view>

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

}  // namespace
}  // namespace backtalk::imap
