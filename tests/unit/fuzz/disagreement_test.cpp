// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which row of a table a disagreement belongs to.
#include "engine/disagreement.hpp"

#include <gtest/gtest.h>

#include <array>

namespace backtalk::fuzz {
namespace {

constexpr auto kRows = std::to_array<Difference>({
    {"end", "octets", true, "RFC 9112 6.3", "one word on each side"},
    {"bare-cr|bare-lf", "accepts", true, "RFC 9112 2.2", "one cause, two words"},
    {"message|octets", "too big|too many", false, "RFC 9110 8.6", "two on each side"},
    {"*", "tunnel", false, "RFC 9110 9.3.6", "whatever the reference says"},
    {"end", "*", false, "RFC 9112 7.1.2", "whatever the parser says"},
});

const Difference* row_of(std::string_view expected, std::string_view got) {
  return find_difference(kRows, {.expected = expected, .got = got});
}

TEST(Difference, IsFoundByBothWords) {
  EXPECT_EQ(row_of("end", "octets"), std::data(kRows));
  EXPECT_EQ(row_of("octets", "end"), nullptr);
}

TEST(Difference, MatchesEachWordOfItsCause) {
  EXPECT_EQ(row_of("bare-cr", "accepts"), &kRows[1]);
  EXPECT_EQ(row_of("bare-lf", "accepts"), &kRows[1]);
  EXPECT_EQ(row_of("octets", "too many"), &kRows[2]);
  EXPECT_EQ(row_of("message", "too big"), &kRows[2]);
}

TEST(Difference, OnlyWholeWordsMatch) {
  EXPECT_EQ(row_of("bare", "accepts"), nullptr);
  EXPECT_EQ(row_of("bare-cr|bare-lf", "accepts"), nullptr);
  EXPECT_EQ(row_of("", "accepts"), nullptr);
  EXPECT_EQ(row_of("message", "too"), nullptr);
}

TEST(Difference, AStarMatchesWhatNoOtherRowMatches) {
  EXPECT_EQ(row_of("message", "tunnel"), &kRows[3]);
  EXPECT_EQ(row_of("end", "more"), &kRows[4]);
  EXPECT_EQ(row_of("end", "tunnel"), &kRows[4]);
  EXPECT_EQ(row_of("more", "accepts"), nullptr);
}

}  // namespace
}  // namespace backtalk::fuzz
