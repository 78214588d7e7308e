// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/utf8.hpp"

#include <gtest/gtest.h>

namespace backtalk::terminal {
namespace {

using Kind = Decoded::Kind;

TEST(Utf8, GoesBothWays) {
  const std::string text = "a\u00E9\u20AC\U0001F600";
  EXPECT_EQ(wide(text), L"a\u00E9\u20AC\U0001F600");
  EXPECT_EQ(narrow(wide(text)), text);
}

TEST(Utf8, ACharacterMayBeCut) {
  EXPECT_EQ(decode("").kind, Kind::incomplete);
  EXPECT_EQ(decode("\xE2\x82").kind, Kind::incomplete);
  EXPECT_EQ(decode("\xE2\x82\xAC").octets, 3U);
}

// RFC 3629 3 and 10
TEST(Utf8, WhatIsNoCharacterIsInvalid) {
  for (const char* octets : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80",
                             "\xF4\x90\x80\x80", "\xFF", "\x80", "\xC3(", "\xE2\x82("}) {
    EXPECT_EQ(decode(octets).kind, Kind::invalid) << octets;
    EXPECT_GT(decode(octets).octets, 0U);
  }
  EXPECT_EQ(wide("a\xFF"
                 "b"),
            L"ab");
}

}  // namespace
}  // namespace backtalk::terminal
