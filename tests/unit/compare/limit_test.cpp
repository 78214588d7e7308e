// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/limit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace backtalk::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Limit read(const std::string& text) {
  return std::get<Limit>(read_limit(text));
}

// Ten pairs around a ratio, 1 % apart.
Pairs around(double ratio) {
  Pairs out;
  for (int i = 0; i < 10; ++i) out.differences.push_back(std::log(ratio) + 0.01 * (i - 4.5));
  return out;
}

// Of two sides, with this evidence about p99.
Comparison compared(std::vector<Evidence> about_p99) {
  Comparison out;
  out.sides = {{.name = "A"}, {.name = "B"}};
  for (Evidence& one : about_p99) {
    const std::vector<Series> series{{.metric = "p99_ns", .evidence = one}};
    out.differences.push_back({.metric = 3,
                               .b = out.sides.size() - 1,
                               .evidence = std::move(one),
                               .finding = find_differences(series, {}).front()});
    out.sides.push_back({.name = "C"});
  }
  if (out.sides.size() > 2) out.sides.pop_back();
  return out;
}

std::vector<std::string> crossed_by(const std::vector<std::string>& texts, const Comparison& comparison) {
  std::vector<Limit> limits;
  for (const std::string& text : texts) limits.push_back(read(text));
  return crossed(limits, comparison);
}

// B is 1.056 to 1.105 times A.
Comparison slower() {
  return compared({around(1.08)});
}

TEST(Limit, IsCrossedByAWholeInterval) {
  EXPECT_THAT(crossed_by({"p99>1.05"}, slower()), SizeIs(1));
  EXPECT_THAT(crossed_by({"p99>1.07"}, slower()), IsEmpty()) << "the ratio is beyond, but one end is not";
  EXPECT_THAT(crossed_by({" p99 < 1.2 "}, slower()), SizeIs(1));
  EXPECT_THAT(crossed_by({"p99<1.09"}, slower()), IsEmpty());
}

TEST(Limit, OfAMetricThatWasNotComparedIsNotKept) {
  EXPECT_THAT(crossed_by({"p99.9>1.05"}, slower()), ElementsAre(HasSubstr("p99.9 of B was not compared")));
}

TEST(Limit, OfAServerThatNobodyMeasuredIsNotKept) {
  EXPECT_THAT(crossed_by({"server_cpu>1.05"}, slower()), ElementsAre(HasSubstr("--server-pid")));
}

TEST(Limit, SaysHowFarBIs) {
  EXPECT_THAT(crossed_by({"p99>1.05"}, slower()),
              ElementsAre(HasSubstr("B is 1.080 times A, and between 1.0")));
}

// Alone, its p is below 5 %; the smallest of three has to be below a third of that.
TEST(Limit, SharesTheLevelWithTheOthers) {
  ASSERT_LE(p_of(around(1.08), std::log(1.05)), 0.05);
  ASSERT_GT(p_of(around(1.08), std::log(1.05)), 0.05 / 3);
  EXPECT_THAT(crossed_by({"p99>1.05"}, slower()), SizeIs(1));
  EXPECT_THAT(crossed_by({"p99>1.05", "p99>1.2", "p99<0.9"}, slower()), IsEmpty());
  EXPECT_THAT(crossed_by({"p99>1.04", "p99>1.2", "p99<0.9"}, slower()), SizeIs(1))
      << "clear enough for three";
}

TEST(Limit, SharesTheLevelBetweenTheSides) {
  EXPECT_THAT(crossed_by({"p99>1.05"}, compared({around(1.08), around(1), around(1)})), IsEmpty());
  EXPECT_THAT(crossed_by({"p99>1.03"}, compared({around(1.08), around(1), around(1)})), SizeIs(1));
}

// Six pairs at 5 % cross one limit, and no limit of two, however far B is beyond it.
TEST(Limit, ThatSoFewRoundsCannotCrossIsNotKept) {
  const Pairs six{.differences = {0.1, 0.11, 0.12, 0.13, 0.14, 0.15}};
  EXPECT_THAT(crossed_by({"p99>5"}, compared({six})), IsEmpty());
  EXPECT_THAT(
      crossed_by({"p99>5", "p99<0.1"}, compared({six})),
      ElementsAre(HasSubstr("p99>5: not judged: B has too few runs for any of 2 limits to be crossed"),
                  HasSubstr("p99<0.1: not judged: ")));
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
