// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/rank_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace backtalk::compare {
namespace {

// The table of Mann and Whitney (Milton 1964): the largest U that is significant, two-sided, at 5 %
// and at 1 %; -1: none is.
struct Tabled {
  std::size_t a;
  std::size_t b;
  int at_5;
  int at_1;
};
constexpr std::array kMannAndWhitney{Tabled{3, 3, -1, -1},   Tabled{3, 5, 0, -1},     Tabled{4, 4, 0, -1},
                                     Tabled{5, 5, 2, 0},     Tabled{6, 6, 5, 2},      Tabled{8, 8, 13, 7},
                                     Tabled{10, 10, 23, 16}, Tabled{5, 10, 8, 4},     Tabled{9, 20, 48, 36},
                                     Tabled{15, 15, 64, 51}, Tabled{20, 20, 127, 105}};

TEST(RankSum, HasTheValuesOfTheTable) {
  for (const Tabled& row : kMannAndWhitney) {
    EXPECT_EQ(difference_cut(row.a, row.b, 0.05), static_cast<std::size_t>(row.at_5 + 1)) << row.a << row.b;
    EXPECT_EQ(difference_cut(row.a, row.b, 0.01), static_cast<std::size_t>(row.at_1 + 1)) << row.a << row.b;
    EXPECT_EQ(difference_cut(row.b, row.a, 0.05), difference_cut(row.a, row.b, 0.05));
  }
}

TEST(RankSum, CountsTheOrders) {
  EXPECT_DOUBLE_EQ(rank_sum_cdf(4, 4, 0), 1.0 / 70);
  EXPECT_DOUBLE_EQ(rank_sum_cdf(2, 3, 1), 2.0 / 10);
  EXPECT_DOUBLE_EQ(rank_sum_cdf(2, 3, 6), 1);
  EXPECT_DOUBLE_EQ(rank_sum_cdf(1, 1, 0), 0.5);
}

TEST(RankSum, AsManyAsThereMayBeAddUp) {
  EXPECT_NEAR(rank_sum_cdf(kGroupMax, kGroupMax, kGroupMax * kGroupMax / 2), 0.5, 0.01);
}

TEST(RankSum, OneRunEachShowsNothing) {
  EXPECT_EQ(difference_cut(1, 1, 0.05), 0U);
  EXPECT_EQ(difference_cut(0, 9, 0.05), 0U);
  EXPECT_EQ(difference_cut(1, 38, 0.05), 0U);
  EXPECT_EQ(difference_cut(1, 39, 0.05), 1U) << "one among forty may be the lowest by chance, at 2 x 2.5 %";
}

// Every choice of three of six runs, counted.
TEST(RankSumTest, WithTiesIsThatOfAllChoices) {
  const std::vector<double> runs{1, 2, 2, 2, 3, 5};
  const auto twice_rank = [&runs](double value) {
    const auto [first, end] = std::ranges::equal_range(runs, value);
    return static_cast<int>(first - runs.begin() + 1 + (end - runs.begin()));
  };
  const std::vector<double> a{1, 2, 2};
  const std::vector<double> b{2, 3, 5};
  int of_b = 0;
  for (const double one : b) of_b += twice_rank(one);
  int as_far = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = i + 1; j < 6; ++j) {
      for (std::size_t k = j + 1; k < 6; ++k)
        as_far += twice_rank(runs[i]) + twice_rank(runs[j]) + twice_rank(runs[k]) >= of_b ? 1 : 0;
    }
  }
  EXPECT_DOUBLE_EQ(rank_sum_p(a, b), 2 * as_far / 20.0);
  EXPECT_DOUBLE_EQ(rank_sum_p(b, a), rank_sum_p(a, b));
}

TEST(RankSumTest, EqualRunsShowNoDifference) {
  const std::vector<double> same(5, 1.0);
  EXPECT_EQ(rank_sum_p(same, same), 1);
}

}  // namespace
}  // namespace backtalk::compare
