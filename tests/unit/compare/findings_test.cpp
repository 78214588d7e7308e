// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace backtalk::compare {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// Ten differences around `middle`, `scatter` apart.
std::vector<double> around(double middle, double scatter) {
  std::vector<double> out;
  for (int i = 0; i < 10; ++i) out.push_back(middle + scatter * (i - 4.5) + (i == 3 ? scatter / 7 : 0));
  return out;
}

Finding only(const std::vector<double>& log_ratios, const Terms& terms = {}) {
  const std::vector<Series> series{{.metric = "p99_ns", .evidence = Pairs{log_ratios}}};
  return find_differences(series, terms).at(0);
}

// Holm 1979, with four hypotheses.
TEST(Holm, Example) {
  EXPECT_THAT(correct_for_many(std::vector{0.01, 0.04, 0.03, 0.005}),
              ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12), DoubleNear(0.06, 1e-12),
                          DoubleNear(0.02, 1e-12)));
}

TEST(Holm, NeverExceedsOneAndLeavesOneAsItIs) {
  EXPECT_THAT(correct_for_many(std::vector{0.9, 0.8, 0.7}), ElementsAre(1, 1, 1));
  EXPECT_THAT(correct_for_many(std::vector{0.04}), ElementsAre(0.04));
  EXPECT_TRUE(correct_for_many({}).empty());
}

TEST(Findings, ADifferenceHasADirection) {
  EXPECT_EQ(only(around(0.1, 0.01)).word, Word::b_higher);
  EXPECT_EQ(only(around(-0.1, 0.01)).word, Word::b_lower);
  EXPECT_EQ(only(around(0.001, 0.01)).word, Word::no_difference_shown);
}

TEST(Findings, TheRatioIsBOverA) {
  const Finding doubled = only(around(0.6931471805599453, 0.001));
  EXPECT_NEAR(doubled.ratio, 2, 0.001);
  EXPECT_LT(doubled.low, doubled.ratio);
  EXPECT_GT(doubled.high, doubled.ratio);
}

TEST(Findings, EquivalenceNeedsTheWholeIntervalInside) {
  EXPECT_EQ(only(around(0.001, 0.001), {.same_within = 0.03}).word, Word::same_within);
  EXPECT_EQ(only(around(0.001, 0.03), {.same_within = 0.03}).word, Word::no_difference_shown);
  EXPECT_EQ(only(around(0.028, 0.003), {.same_within = 0.03}).word, Word::b_higher) << "one end is outside";
}

TEST(Findings, ADifferenceThatDoesNotMatterIsTheSame) {
  const Finding small = only(around(0.01, 0.001), {.same_within = 0.03});
  EXPECT_EQ(small.word, Word::same_within);
  EXPECT_LT(small.p, 0.05);
}

// p = 10/1024 is shown alone, and not as the smallest of ten.
TEST(Findings, AMetricAmongManyNeedsMoreThanOneAlone) {
  const std::vector<double> nearly{0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.11, -0.045, 0.03, 0.04};
  EXPECT_EQ(only(nearly).word, Word::b_higher);
  std::vector<Series> series(10, {.metric = "other", .evidence = Pairs{around(0.001, 0.01)}});
  series[4] = {.metric = "p99_ns", .evidence = Pairs{nearly}};
  EXPECT_EQ(find_differences(series, {})[4].word, Word::no_difference_shown);
  series[4].primary = true;
  EXPECT_EQ(find_differences(series, {})[4].word, Word::b_higher) << "named beforehand";
}

TEST(Findings, EqualPairsShowNoDifference) {
  const Finding same = only(std::vector<double>(10, 0.0));
  EXPECT_EQ(same.word, Word::no_difference_shown);
  EXPECT_EQ(same.p, 1);
}

TEST(Findings, TheResolutionOfOneAmongManyIsCoarser) {
  std::vector<Series> series(6, {.metric = "other", .evidence = Pairs{around(0, 0.01)}});
  series[0].primary = true;
  auto findings = find_differences(series, {});
  add_resolutions(findings, series, {});
  EXPECT_GT(*findings[0].resolution, 0);
  EXPECT_GT(*findings[1].resolution, *findings[0].resolution);
}

TEST(Findings, TwoThatWereNamedShareTheLevel) {
  std::vector<Series> series(2, {.metric = "p99_ns", .evidence = Pairs{around(0.1, 0.01)}, .primary = true});
  EXPECT_DOUBLE_EQ(find_differences(series, {})[0].p, 4.0 / 1024);
  series[1].primary = false;
  EXPECT_DOUBLE_EQ(find_differences(series, {})[0].p, 2.0 / 1024);
}

}  // namespace
}  // namespace backtalk::compare
