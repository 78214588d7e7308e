// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/wanted_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::serve {
namespace {

TEST(WantedText, IsFoundWhateverItsCase) {
  EXPECT_TRUE(WantedText("LaMb").is_in("Mary had a little lAmB"));
  EXPECT_TRUE(WantedText("mary").is_in("Mary had a little lamb"));
  EXPECT_FALSE(WantedText("lambs").is_in("Mary had a little lamb"));
  EXPECT_FALSE(WantedText("a").is_in(""));
  EXPECT_FALSE(WantedText("\xE4").is_in("\xC4")) << "beyond ASCII, case is kept";
  EXPECT_TRUE(WantedText("").is_in(""));
  EXPECT_TRUE(WantedText().is_in("anything"));
}

// Every text of a's and b's, of up to eight letters, in every other of up to five.
TEST(WantedText, IsFoundExactlyWhereItIs) {
  const auto word = [](unsigned bits, unsigned length) {
    std::string made;
    for (unsigned i = 0; i < length; ++i) made += (bits >> i & 1U) != 0 ? 'b' : 'a';
    return made;
  };
  for (unsigned length = 1; length <= 5; ++length) {
    for (unsigned bits = 0; bits < 1U << length; ++bits) {
      const std::string wanted = word(bits, length);
      const WantedText looked_for{wanted};
      for (unsigned text = 0; text < 256; ++text) {
        const std::string in = word(text, 8);
        ASSERT_EQ(looked_for.is_in(in), in.find(wanted) != std::string::npos) << wanted << " in " << in;
      }
    }
  }
}

TEST(WantedText, IsLookedForInPieces) {
  const WantedText wanted("aab");
  const std::string_view text = "aaaaaaab";
  WantedText::Place place;
  for (int i = 0; i < 7; ++i) {
    std::size_t share = 1;
    EXPECT_EQ(wanted.is_in(text, place, share), std::nullopt) << i;
    EXPECT_EQ(share, 0U);
  }
  std::size_t share = 10;
  EXPECT_EQ(wanted.is_in(text, place, share), true);
  EXPECT_EQ(share, 9U);
}

TEST(WantedText, AShareMayEndWithTheText) {
  const WantedText wanted("c");
  WantedText::Place place;
  std::size_t share = 2;
  EXPECT_EQ(wanted.is_in("ab", place, share), false);
}

}  // namespace
}  // namespace backtalk::serve
