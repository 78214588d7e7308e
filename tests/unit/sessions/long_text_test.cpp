// SPDX-License-Identifier: Apache-2.0 OR MIT
// Text that is read by offset, however it is held.
#include "session/long_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace backtalk::session {
namespace {

std::string part(const LongText& text, std::uint64_t offset, std::size_t octets_max) {
  std::string out(octets_max, '?');
  out.resize(text.copy(offset, out));
  return out;
}

TEST(LongText, IsEmptyAtFirst) {
  const LongText text;
  EXPECT_EQ(text.octets(), 0U);
  EXPECT_EQ(part(text, 0, 10), "");
  EXPECT_EQ(part(text, 5, 10), "");
}

TEST(LongText, RepeatsABlockAndCutsTheLast) {
  LongText text;
  text.append("<");
  text.append_repeated("abc", 8);
  text.append_repeated("gone", 0);
  text.append(">");
  text.append("!");
  const std::string whole = "<abcabcab>!";
  ASSERT_EQ(text.octets(), whole.size());
  for (std::size_t offset = 0; offset <= whole.size(); ++offset) {
    for (std::size_t octets = 0; octets <= whole.size() + 1; ++octets) {
      ASSERT_EQ(part(text, offset, octets), whole.substr(offset, octets)) << offset << ' ' << octets;
    }
  }
}

TEST(LongText, ABlockCanBeLongerThanItsStretch) {
  LongText text;
  text.append_repeated("abcdef", 2);
  text.append("-");
  EXPECT_EQ(part(text, 0, 10), "ab-");
}

TEST(LongText, HoldsMoreThanOneStretchOfMebibytes) {
  std::string whole;
  while (whole.size() < 3'500'000) whole.append(std::to_string(whole.size())).append("\r\n");
  for (const std::size_t piece : {whole.size(), std::size_t{65536}, std::size_t{1000}}) {
    LongText text;
    for (std::size_t at = 0; at < whole.size(); at += piece)
      text.append(std::string_view(whole).substr(at, piece));
    ASSERT_EQ(text.octets(), whole.size());
    ASSERT_EQ(part(text, 0, whole.size()), whole);
    for (std::size_t at = 0; at < whole.size(); at += 10'007) {
      ASSERT_EQ(part(text, at, 65536), whole.substr(at, 65536)) << at;
    }
  }
}

TEST(LongText, RepetitionsAreNotHeld) {
  LongText text;
  text.append_repeated("0123456789", std::uint64_t{1} << 60);
  text.append("end");
  EXPECT_EQ(part(text, (std::uint64_t{1} << 60) - 4, 10), "2345end");
}

}  // namespace
}  // namespace backtalk::session
