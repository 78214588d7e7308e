// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/scale.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace backtalk::html {
namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& one : ticks) out.push_back(one.label);
  return out;
}

TEST(Scale, PutsValuesWhereTheyBelong) {
  const Scale linear = Scale::linear(0, 200);
  EXPECT_DOUBLE_EQ(linear.at(50), 0.25);
  EXPECT_DOUBLE_EQ(linear.at(-1), 0);
  EXPECT_DOUBLE_EQ(linear.at(1000), 1);
  const Scale logarithmic = Scale::logarithmic(1, 10'000);
  EXPECT_NEAR(logarithmic.at(100), 0.5, 1e-9);
  EXPECT_EQ(logarithmic.at(0), 0) << "there is no logarithm of it";
}

TEST(Scale, HasALengthEvenIfAllValuesAreTheSame) {
  EXPECT_NEAR(Scale::logarithmic(1000, 1000).at(1000), 0.5, 1e-9);
  EXPECT_EQ(Scale::linear(0, 0).at(0), 0);
}

TEST(Scale, NamesRoundValues) {
  EXPECT_THAT(labels(Scale::linear(0, 10).ticks(5, " s")),
              ElementsAre("0 s", "2 s", "4 s", "6 s", "8 s", "10 s"));
  EXPECT_THAT(labels(Scale::linear(0, 0.7).ticks(4, "")), ElementsAre("0", "0.2", "0.4", "0.6"));
  EXPECT_THAT(labels(Scale::linear(0, 2e6).ticks(2, "/s")), ElementsAre("0/s", "1,000,000/s", "2,000,000/s"));
  EXPECT_LE(Scale::linear(0, 1e7).finer_ticks(5, "").size(), 200U);
  const auto times = labels(Scale::logarithmic(900, 2e6).time_ticks());
  EXPECT_THAT(std::vector(times.begin(), times.begin() + 4), ElementsAre("1 us", "10 us", "100 us", "1 ms"));
}

TEST(Scale, LabelsKeepTheirDistance) {
  const std::vector<Tick> all{{0, "a"}, {0.05, "b"}, {0.1, "c"}, {0.5, "d"}, {0.58, "e"}};
  EXPECT_THAT(labels(apart(all, 0.1)), ElementsAre("a", "c", "d"));
}

TEST(Scale, EachNineTakesAsMuchOfTheAxis) {
  EXPECT_NEAR(nines(0), 0, 1e-9);
  EXPECT_NEAR(nines(0.9), 1, 1e-9);
  EXPECT_NEAR(nines(0.999), 3, 1e-9);
  EXPECT_NEAR(nines(1), 18, 1e-9) << "it ends somewhere";
}

}  // namespace
}  // namespace backtalk::html
