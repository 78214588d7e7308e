// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/hidden_text.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace backtalk::terminal {
namespace {

using Event = HiddenText::Event;

// The event of the last key.
Event type(HiddenText& hidden, std::wstring_view keys) {
  Event event = Event::taken;
  for (const wchar_t key : keys) event = hidden.take(key);
  return event;
}

TEST(HiddenText, IsCompleteWithTheLine) {
  HiddenText hidden;
  EXPECT_EQ(type(hidden, L"pass word"), Event::taken);
  EXPECT_EQ(type(hidden, L"\r"), Event::complete);
  EXPECT_EQ(hidden.text(), L"pass word");
}

TEST(HiddenText, CanBeErased) {
  HiddenText hidden;
  type(hidden,
       L"ab\x7F\b"
       L"c");
  EXPECT_EQ(hidden.text(), L"c");
  type(hidden,
       L"\x15"
       L"d");  // Ctrl-U
  EXPECT_EQ(hidden.text(), L"d");
}

TEST(HiddenText, LeavesTheKeyToTheLineBeforeItOnceItIsErased) {
  for (const std::wstring_view key : {L"\x7F", L"\b", L"\x15", L"\x04"}) {
    HiddenText hidden;
    EXPECT_EQ(type(hidden, L"a\x7F"), Event::taken);
    EXPECT_EQ(type(hidden, key), Event::left);
  }
}

TEST(HiddenText, TakesNoKeysThatMoveTheCursor) {
  HiddenText hidden;
  EXPECT_EQ(type(hidden, L"a\x1B[Db\x1BOCc\x1B[1;5Dd\x01"), Event::taken);
  EXPECT_EQ(hidden.text(), L"abcd");
}

}  // namespace
}  // namespace backtalk::terminal
