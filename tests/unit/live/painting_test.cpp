// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/painting.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using backtalk::live::kErase;
using backtalk::live::paint;

TEST(Painting, EndsWhereItBegins) {
  const std::vector<std::string> lines{"one", "two", "three"};
  EXPECT_EQ(paint(lines), "\x1b[?25l\x1b[0m\rone\x1b[K\r\ntwo\x1b[K\r\nthree\x1b[K\x1b[J\x1b[2A\r\x1b[?25h");
}

TEST(Painting, OfOneLineStaysInIt) {
  const std::vector<std::string> lines{"one"};
  EXPECT_EQ(paint(lines), "\x1b[?25l\x1b[0m\rone\x1b[K\x1b[J\r\x1b[?25h");
}

TEST(Painting, OfNothingRemovesWhatWasThere) {
  EXPECT_EQ(paint({}), kErase);
}

}  // namespace
