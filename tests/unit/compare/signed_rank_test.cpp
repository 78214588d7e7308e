// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/signed_rank.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace backtalk::compare {
namespace {

// Wilcoxon's table (Wilcoxon and Wilcox 1964): the largest W that is significant, two-sided, at
// 5 % and at 1 %.
struct Row {
  std::size_t pairs;
  int at_5;
  int at_1;
};
constexpr std::array kTable{Row{8, 3, 0},    Row{9, 5, 1},    Row{10, 8, 3},   Row{11, 10, 5},
                            Row{12, 13, 7},  Row{13, 17, 9},  Row{14, 21, 12}, Row{15, 25, 15},
                            Row{16, 29, 19}, Row{17, 34, 23}, Row{18, 40, 27}, Row{19, 46, 32},
                            Row{20, 52, 37}};

TEST(SignedRank, HasTheValuesOfTheTable) {
  for (const Row& row : kTable) {
    EXPECT_EQ(walsh_cut(row.pairs, 0.05), static_cast<std::size_t>(row.at_5) + 1) << row.pairs;
    EXPECT_EQ(walsh_cut(row.pairs, 0.01), static_cast<std::size_t>(row.at_1) + 1) << row.pairs;
  }
}

TEST(SignedRank, CountsTheSumsOfRanks) {
  EXPECT_DOUBLE_EQ(signed_rank_cdf(10, 8), 25.0 / 1024);
  EXPECT_DOUBLE_EQ(signed_rank_cdf(3, 2), 3.0 / 8);
  EXPECT_DOUBLE_EQ(signed_rank_cdf(3, 6), 1);
  EXPECT_DOUBLE_EQ(signed_rank_cdf(3, 1000), 1);
}

TEST(SignedRank, FiveShowNothingAtFivePerCentAndSixDo) {
  EXPECT_EQ(walsh_cut(5, 0.05), 0U);
  EXPECT_EQ(walsh_cut(6, 0.05), 1U);
  EXPECT_EQ(walsh_cut(7, 0.05 / 6), 0U);
  EXPECT_EQ(walsh_cut(8, 0.05 / 6), 1U);
}

TEST(SignedRank, AsManyPairsAsThereMayBeAddUp) {
  EXPECT_NEAR(signed_rank_cdf(kPairsMax, kPairsMax * (kPairsMax + 1) / 4), 0.5, 0.001);
}

// Darwin's maize (1876): how much higher the crossed plant of each pair grew, in eighths of an
// inch.
TEST(SignedRankTest, DarwinsMaize) {
  const std::vector<double> higher{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
  EXPECT_NEAR(signed_rank_p(higher), 0.04126, 0.000005);
}

// Hollander and Wolfe 1973, table 3.1: depression before and after a tranquillizer.
TEST(SignedRankTest, HollanderAndWolfe) {
  const std::vector<double> change{-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010};
  EXPECT_NEAR(signed_rank_p(change), 0.03906, 0.000005);
}

// Every assignment of signs is counted by hand.
double counted_p(const std::vector<double>& differences) {
  const std::size_t n = differences.size();
  std::vector<double> ranks(n);
  double observed = 0;
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double below = 0;
    double same = 0;
    for (const double other : differences) {
      below += std::abs(other) < std::abs(differences[i]) ? 1 : 0;
      same += std::abs(other) == std::abs(differences[i]) ? 1 : 0;
    }
    ranks[i] = differences[i] == 0 ? 0 : below + (same + 1) / 2;
    mean += ranks[i] / 2;
    observed += differences[i] > 0 ? ranks[i] : 0;
  }
  std::uint64_t as_far = 0;
  for (std::uint64_t signs = 0; signs < std::uint64_t{1} << n; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (signs >> i & 1U) != 0 ? ranks[i] : 0;
    as_far += std::abs(sum - mean) >= std::abs(observed - mean) - 1e-9 ? 1 : 0;
  }
  return static_cast<double>(as_far) / static_cast<double>(std::uint64_t{1} << n);
}

TEST(SignedRankTest, IsExactWithTiesAndZeros) {
  for (const std::vector<double>& differences :
       {std::vector<double>{1, 1, 1, -1, 2, 3, 3}, {0, 0, 1, 2, 3, -1, 5, 8}, {2, 2, 2, 2, 2, 2, -2, 2}})
    EXPECT_NEAR(signed_rank_p(differences), counted_p(differences), 1e-12);
}

TEST(SignedRankTest, OnlyZerosShowNothing) {
  EXPECT_EQ(signed_rank_p(std::vector<double>(10, 0.0)), 1);
  EXPECT_EQ(signed_rank_p({}), 1);
}

}  // namespace
}  // namespace backtalk::compare
