// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/limit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace backtalk::compare {
namespace {

using testing::HasSubstr;
using testing::Optional;

Limit read(const std::string& text) {
  return std::get<Limit>(read_limit(text));
}

// B is 1.06 to 1.10 times A.
Comparison slower() {
  Comparison out;
  out.sides = {{.name = "A"}, {.name = "B"}};
  out.differences.push_back(
      {.metric = 3, .b = 1, .finding = {.metric = "p99_ns", .ratio = 1.08, .low = 1.06, .high = 1.10}});
  return out;
}

TEST(Limit, IsCrossedByAWholeInterval) {
  EXPECT_TRUE(crossed(read("p99>1.05"), slower()));
  EXPECT_FALSE(crossed(read("p99>1.07"), slower())) << "the ratio is beyond, but one end is not";
  EXPECT_TRUE(crossed(read(" p99 < 1.2 "), slower()));
  EXPECT_FALSE(crossed(read("p99<1.09"), slower()));
}

TEST(Limit, OfAMetricThatWasNotComparedIsNotKept) {
  EXPECT_THAT(crossed(read("p99.9>1.05"), slower()), Optional(HasSubstr("p99.9 was not compared")));
}

TEST(Limit, SaysHowFarBIs) {
  EXPECT_THAT(*crossed(read("p99>1.05"), slower()),
              HasSubstr("B is 1.080 times A, and between 1.060 and 1.100"));
}

TEST(Limit, AnythingElseIsRefused) {
  for (const std::string text : {"", "p99", "p99>", "p98>1.05", "p99>x", "p99>-1", "p99>0", "p99>inf",
                                 "p99>nan", "p99>1.05%", "p99=1.05", ">1.05"}) {
    const auto limit = read_limit(text);
    ASSERT_TRUE(std::holds_alternative<std::string>(limit)) << text;
    EXPECT_THAT(std::get<std::string>(limit), HasSubstr("METRIC>RATIO"));
  }
}

}  // namespace
}  // namespace backtalk::compare
