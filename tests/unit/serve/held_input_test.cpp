// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/held_input.hpp"

#include <gtest/gtest.h>

namespace backtalk::serve {
namespace {

TEST(HeldInput, IsConsumedInOrderAndInParts) {
  HeldInput input;
  input.append("one");
  input.append("");
  input.append("three");
  EXPECT_EQ(input.front(), "one");
  input.remove(2);
  EXPECT_EQ(input.front(), "e");
  input.remove(1);
  EXPECT_EQ(input.front(), "three");
  input.remove(5);
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(input.front(), "");
  EXPECT_EQ(input.cost(), 0U);
}

// A client that sends an octet at a time must not have memory that nobody counts.
TEST(HeldInput, CountsTheMemoryOfEachPiece) {
  HeldInput input;
  for (int i = 0; i < 1000; ++i) input.append("x");
  EXPECT_GE(input.cost(), 1000 * sizeof(std::string));
  input.clear();
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(input.cost(), 0U);
}

}  // namespace
}  // namespace backtalk::serve
