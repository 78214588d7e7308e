// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/mean_interval.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

#include "stats/likeness.hpp"

namespace backtalk::stats {
namespace {

TEST(MeanInterval, IsStudents) {
  // Mean 3, standard deviation 1.581, t of 4 degrees of freedom 2.776; neighbours that fall and
  // rise by turns do not make it wider.
  EXPECT_NEAR(*half_interval_of_mean(std::vector<double>{3, 1, 5, 2, 4}), 1.963, 0.001);
  EXPECT_EQ(half_interval_of_mean(std::vector<double>(10, 7.0)), 0) << "all are equal";
}

TEST(MeanInterval, OfTooFewValuesIsNotKnown) {
  EXPECT_EQ(half_interval_of_mean(std::vector<double>{1, 2, 3, 4}), std::nullopt);
  EXPECT_EQ(half_interval_of_mean({}), std::nullopt);
}

TEST(MeanInterval, IsWiderIfNeighboursAreAlike) {
  EXPECT_GT(*half_interval_of_mean(std::vector<double>{1, 1, 1, 1, 1, 2, 2, 2, 2, 2}),
            1.5 * *half_interval_of_mean(std::vector<double>{1, 2, 1, 2, 1, 2, 1, 2, 1, 2}));
}

// The known answer: of values around 100, 95 of 100 intervals hold 100.
TEST(MeanInterval, CoversTheMeanAsOftenAsItSays) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> value(100, 20);
  int held = 0;
  constexpr int kRuns = 2000;
  for (int i = 0; i < kRuns; ++i) {
    std::vector<double> seconds(10);
    for (double& one : seconds) one = value(random);
    const double off = mean_of(seconds) - 100;
    held += off * off <= *half_interval_of_mean(seconds) * *half_interval_of_mean(seconds) ? 1 : 0;
  }
  EXPECT_GE(held, kRuns * 0.94);
  EXPECT_LE(held, kRuns * 0.99);
}

}  // namespace
}  // namespace backtalk::stats
