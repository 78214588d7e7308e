// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/place.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <string>

namespace backtalk::terminal {
namespace {

TEST(RowsAbove, CountsFullRows) {
  EXPECT_EQ(rows_above(L"", 10), 0U);
  EXPECT_EQ(rows_above(std::wstring(9, L'x'), 10), 0U);
  EXPECT_EQ(rows_above(std::wstring(10, L'x'), 10), 1U) << "the cursor goes to the next row at once";
  EXPECT_EQ(rows_above(std::wstring(19, L'x'), 10), 1U);
  EXPECT_EQ(rows_above(std::wstring(20, L'x'), 10), 2U);
}

TEST(RowsAbove, ALineEndBeginsARow) {
  EXPECT_EQ(rows_above(L"abc\nbck:x", 10), 1U);
}

TEST(RowsAbove, ControlCharactersHaveTwoColumns) {
  EXPECT_EQ(rows_above(std::wstring(5, L'\x01'), 10), 1U);
  EXPECT_EQ(rows_above(L"\t\t", 20), 0U);
  EXPECT_EQ(rows_above(L"\t\t", 16), 1U);
}

TEST(RowsAbove, AWideCharacterIsNotCut) {
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) GTEST_SKIP() << "there is no locale with UTF-8";
  EXPECT_EQ(rows_above(std::wstring(4, L'\u4E2D'), 9), 0U);
  EXPECT_EQ(rows_above(std::wstring(4, L'\u4E2D') + L"\u4E2D", 9), 1U) << "one column stays empty";
  std::setlocale(LC_CTYPE, "C");
}

TEST(RowsAbove, ATerminalWithoutColumnsDoesNotMatter) {
  EXPECT_GT(rows_above(std::wstring(100, L'x'), 0), 0U);
}

}  // namespace
}  // namespace backtalk::terminal
