// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace backtalk::session {
namespace {

TEST(Base64, MatchesRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(plain), text);
    EXPECT_EQ(from_base64(text), plain);
    EXPECT_EQ(base64_letters(plain.size()), text.size());
  }
}

TEST(Base64, EveryOctetComesBackFromEveryPlace) {
  std::string plain;
  for (unsigned i = 0; i < 1000; ++i) {
    EXPECT_EQ(from_base64(to_base64(plain)), plain);
    plain.push_back(static_cast<char>(i * 7));
  }
}

TEST(Base64, WhatIsNotBase64IsRefused) {
  for (const std::string_view text : {"Z", "Zg=", "Zg", "Z===", "====", "=", "Zg==Zg==", "Z=g=", " Zg=",
                                      "Zg==\n", "Zm9v\n\n\n\n", "Zm9-", "Zm9_", "Zm\x80v", "*", "\r\n\r\n"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  EXPECT_FALSE(from_base64(std::string_view("Zm\0v", 4)));
}

// "Zh==" would be "f" as well.
TEST(Base64, SpareBitsAreZero) {
  EXPECT_FALSE(from_base64("Zh=="));
  EXPECT_FALSE(from_base64("Zm9="));
}

TEST(Base64, AFailureLeavesNothing) {
  std::string octets = "before";
  EXPECT_FALSE(read_base64("Zm9vZm9v!", octets));
  EXPECT_EQ(octets, "");
  EXPECT_FALSE(read_base64("Zm9vZm9!", octets));
  EXPECT_EQ(octets, "");
  EXPECT_TRUE(read_base64("Zm9v", octets));
  EXPECT_EQ(octets, "foo");
  write_base64("f", octets);
  EXPECT_EQ(octets, "Zg==");
}

}  // namespace
}  // namespace backtalk::session
