// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using backtalk::live::Line;
using backtalk::live::Look;
using backtalk::live::printable;
using backtalk::live::Style;

constexpr Look kMarks{.colours = false, .blocks = false};
constexpr Look kBlocks{.colours = false, .blocks = true};

TEST(Line, TextIsCutWhereTheTerminalEnds) {
  EXPECT_EQ(Line(10).add("0123456789").text(false), "0123456789");
  EXPECT_EQ(Line(10).add("0123456789a").text(false), "012345678~");
  EXPECT_EQ(Line(10).add("01234").add("56789").add("a").text(false), "012345678~");
  EXPECT_EQ(Line(10).add("0123456789a").add("b").columns(), 10U);
}

TEST(Line, NothingIsObeyedThatATerminalWouldObey) {
  // A title, a colour, a sequence in one octet (C1), a line end, and an octet of UTF-8.
  EXPECT_EQ(printable("a\x1b]0;x\x07"), "a\\x1b]0;x\\x07");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable("\x9b"
                      "2J"),
            "\\x9b2J");
  EXPECT_EQ(printable("one\r\ntwo\t"), "one\\x0d\\x0atwo\\x09");
  EXPECT_EQ(printable("\xc3\xa9\x7f"), "\\xc3\\xa9\\x7f");
  EXPECT_EQ(Line(20).add("\x1b[2J").text(true), "\\x1b[2J");
}

TEST(Line, ABarHasItsShareOfTheColumns) {
  EXPECT_EQ(Line(20).add_bar(0.5, 8, kMarks).text(false), "####");
  EXPECT_EQ(Line(20).add_bar(1, 8, kMarks).text(false), "########");
  EXPECT_EQ(Line(20).add_bar(7, 8, kMarks).text(false), "########") << "and no more than that";
  EXPECT_EQ(Line(4).add_bar(1, 8, kMarks).text(false), "####");
}

TEST(Line, ABarIsNeverNothingUnlessItsShareIs) {
  EXPECT_EQ(Line(20).add_bar(1e-12, 8, kMarks).text(false), "#");
  EXPECT_EQ(Line(20).add_bar(1e-12, 8, kBlocks).text(false), "\u258F");
  EXPECT_EQ(Line(20).add_bar(0, 8, kMarks).text(false), "");
  EXPECT_EQ(Line(20).add_bar(0.0 / 0.0, 8, kMarks).text(false), "");
}

TEST(Line, ABarOfBlocksHasEighthsOfAColumn) {
  Line line(20);
  line.add_bar(0.3125, 2, kBlocks);  // five eighths of one column
  EXPECT_EQ(line.text(false), "\u258B");
  EXPECT_EQ(line.columns(), 1U);
}

TEST(Line, ColoursEndWithTheirText) {
  Line line(20);
  line.add("good", Style::good).add(" ").add("plain");
  EXPECT_EQ(line.text(true), "\x1b[32mgood\x1b[0m plain");
  EXPECT_EQ(line.text(false), "good plain");
}

}  // namespace
