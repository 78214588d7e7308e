// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "session/apop.hpp"

namespace backtalk::session {
namespace {

TEST(ApopTimestamp, IsFoundInTheGreetingOfRfc1939) {
  EXPECT_EQ(apop_timestamp("POP3 server ready <1896.697170952@dbc.mtview.ca.us>"),
            "<1896.697170952@dbc.mtview.ca.us>");
  EXPECT_EQ(apop_timestamp("<a@b> ready"), "<a@b>");
}

TEST(ApopTimestamp, IsAMessageId) {
  using namespace std::string_literals;
  for (const std::string& greeting : {""s,         "ready"s,        "<"s,
                                      ">"s,        "<>"s,           "<@>"s,
                                      "<a>"s,      "<a@>"s,         "<@b>"s,
                                      "<a@b"s,     "a@b>"s,         "<a b@c>"s,
                                      "<a@b c>"s,  "<a@b@c>"s,      "<<a@b>"s,
                                      "<a\t@b>"s,  "<a@b\x80>"s,    "<a\0@b>"s,
                                      "<a@\x7F>"s, "<\xC3\xA4@b>"s, "<a@" + std::string(600, 'b') + ">"})
    EXPECT_FALSE(apop_timestamp(greeting)) << greeting;
}

// What a server says has bounds, and any printable character but those that structure it.
TEST(ApopTimestamp, HasAtMost512Octets) {
  const std::string longest = "<a@" + std::string(508, 'b') + ">";
  ASSERT_EQ(longest.size(), 512U);
  EXPECT_EQ(apop_timestamp("POP3 " + longest + " ready"), longest);
  EXPECT_FALSE(apop_timestamp("<a@" + std::string(509, 'b') + ">"));
}

TEST(ApopTimestamp, MayHaveAnyOtherCharacter) {
  for (char c = ' '; c < '\x7F'; ++c) {
    const bool plain = c != ' ' && c != '<' && c != '>' && c != '@';
    for (const std::string& stamp : {"<x" + std::string(1, c) + "@y>", "<x@y" + std::string(1, c) + ">"})
      EXPECT_EQ(apop_timestamp(stamp).has_value() && apop_timestamp(stamp) == stamp, plain) << stamp;
  }
}

}  // namespace
}  // namespace backtalk::session
