// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/figures.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace backtalk::html {
namespace {

TEST(Figures, CountsHaveTheirThousandsApart) {
  EXPECT_EQ(show_count(0), "0");
  EXPECT_EQ(show_count(999), "999");
  EXPECT_EQ(show_count(1000), "1,000");
  EXPECT_EQ(show_count(12345678), "12,345,678");
  EXPECT_EQ(show_count(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(Figures, NumbersHaveThreeDigits) {
  EXPECT_EQ(show_number(0), "0");
  EXPECT_EQ(show_number(0.5), "0.5");
  EXPECT_EQ(show_number(9.994), "9.99");
  EXPECT_EQ(show_number(12.34), "12.3");
  EXPECT_EQ(show_number(999.4), "999");
  EXPECT_EQ(show_number(999.6), "1,000");
  EXPECT_EQ(show_number(1e300), "1e+300");
  EXPECT_EQ(show_number(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Figures, APartIsNeitherNothingNorAllUnlessItIs) {
  EXPECT_EQ(show_part(0, 1'000'000), "0 %");
  EXPECT_EQ(show_part(3, 1'000'000), "0.0003 %");
  EXPECT_EQ(show_part(1, 100'000'000), "0.000001 %");
  EXPECT_EQ(show_part(1, 3), "33.3 %");
  EXPECT_EQ(show_part(999'997, 1'000'000), "99.9997 %");
  EXPECT_EQ(show_part(5, 5), "100 %");
  EXPECT_EQ(show_part(0, 0), "0 %");
}

TEST(Figures, KeysWithSlashesAreOneStepOfAPointer) {
  EXPECT_EQ(pointer("/commands", "UID FETCH"), "/commands/UID FETCH");
  EXPECT_EQ(pointer("/commands", "a/b~c"), "/commands/a~1b~0c");
}

TEST(Figures, HaveTheExactValueBesideTheWords) {
  EXPECT_EQ(figure("/a", std::uint64_t{1234}), "<data value=\"1234\" data-key=\"/a\">1,234</data>");
  EXPECT_EQ(figure("/a", 0.1, "<0.1>"), "<data value=\"0.1\" data-key=\"/a\">&lt;0.1&gt;</data>");
  EXPECT_EQ(no_figure("/\"", "-"), "<data value=\"null\" data-key=\"/&quot;\">-</data>");
}

}  // namespace
}  // namespace backtalk::html
