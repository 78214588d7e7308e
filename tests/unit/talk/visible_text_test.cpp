// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/visible_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::talk::test {
namespace {

using namespace std::string_view_literals;

TEST(VisibleText, IsAsItWas) {
  for (const std::string_view text : {""sv, "250 ok"sv, "a\tb"sv,
                                      "Gr\xC3\xBC\xC3\x9F"
                                      "e"sv,
                                      "\xE2\x82\xAC"sv, "\xF0\x9F\x93\xAC"sv})
    EXPECT_EQ(visible(text), text);
}

TEST(VisibleText, NothingTakesTheTerminalOver) {
  EXPECT_EQ(visible("\x1b]0;x\x07"sv), "\\x1b]0;x\\x07");
  EXPECT_EQ(visible("a\rb\0c\x7f"sv), "a\\x0db\\x00c\\x7f");
  EXPECT_EQ(visible("\xC2\x9B"
                    "2J"sv),
            "\\xc2\\x9b2J")
      << "CSI of one character";
}

TEST(VisibleText, NothingTurnsTheLineOrBreaksIt) {
  EXPECT_EQ(visible("\xD8\x9C"sv), "\\xd8\\x9c");
  EXPECT_EQ(visible("\xE2\x80\x8E|\xE2\x80\x8F"sv), "\\xe2\\x80\\x8e|\\xe2\\x80\\x8f");
  EXPECT_EQ(visible("\xE2\x80\xA8|\xE2\x80\xAE"sv), "\\xe2\\x80\\xa8|\\xe2\\x80\\xae");
  EXPECT_EQ(visible("\xE2\x81\xA6|\xE2\x81\xA9"sv), "\\xe2\\x81\\xa6|\\xe2\\x81\\xa9");
  for (const std::string_view text : {"\xD8\x9B"sv, "\xD8\x9D"sv, "\xE2\x80\x8D"sv, "\xE2\x80\x90"sv,
                                      "\xE2\x80\xA7"sv, "\xE2\x80\xAF"sv, "\xE2\x81\xA5"sv, "\xE2\x81\xAA"sv})
    EXPECT_EQ(visible(text), text) << "its neighbours";
}

TEST(VisibleText, WhatIsNoUtf8) {
  EXPECT_EQ(visible("\xE4pfel"sv), "\\xe4pfel");
  EXPECT_EQ(visible("\xC0\x9B"sv), "\\xc0\\x9b") << "ESC written too long";
  EXPECT_EQ(visible("\xED\xA0\x80"sv), "\\xed\\xa0\\x80") << "half of a pair";
  EXPECT_EQ(visible("\xE2\x82"sv), "\\xe2\\x82") << "cut";
  EXPECT_EQ(visible("\xF5\x80\x80\x80"sv), "\\xf5\\x80\\x80\\x80");
}

}  // namespace
}  // namespace backtalk::talk::test
