// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/characters.hpp"

#include <gtest/gtest.h>

namespace backtalk::result {
namespace {

TEST(Characters, EachOctetBecomesTheCharacterOfItsNumber) {
  EXPECT_EQ(characters_of("a\x7f\x80\xff"), "a\u007f\u0080\u00ff");
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all.push_back(static_cast<char>(octet));
  EXPECT_EQ(octets_of(characters_of(all)), all);
}

TEST(Characters, CharactersThatNoOctetsProduceAreRefused) {
  EXPECT_FALSE(octets_of("\u0100"));
  EXPECT_FALSE(octets_of("\u20ac"));
  EXPECT_FALSE(octets_of("\xc3"));
  EXPECT_FALSE(octets_of("\xc3\x28"));
  EXPECT_FALSE(octets_of("\xff"));
}

TEST(Characters, TextIsKeptIfItIsUtf8) {
  EXPECT_EQ(text_of("caf\u00e9 \u20ac"), "caf\u00e9 \u20ac");
  EXPECT_EQ(text_of("caf\xe9"), "caf\u00e9");
}

}  // namespace
}  // namespace backtalk::result
