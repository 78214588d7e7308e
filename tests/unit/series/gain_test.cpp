// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/gain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <optional>
#include <random>
#include <vector>

namespace backtalk::series {
namespace {

std::vector<GainPoint> curve(std::initializer_list<double> rates, double scatter = 0) {
  std::vector<GainPoint> out;
  for (const double per_s : rates) out.push_back({.per_s = per_s, .half_interval = scatter * per_s});
  return out;
}

TEST(Gain, OfAFlatCurveEndsAtItsFirstPoint) {
  EXPECT_EQ(gain_ends(curve({1000, 1000, 1000})), 0U);
  EXPECT_EQ(gain_ends(curve({1000, 1030, 1049})), 0U) << "less than 5 % in all";
}

TEST(Gain, OfARisingCurveEndsAtItsLast) {
  EXPECT_EQ(gain_ends(curve({1000, 2000, 4000, 8000})), 3U);
  EXPECT_EQ(gain_ends(curve({1000, 1051})), 1U);
}

TEST(Gain, OfAPeakedCurveEndsAtThePeak) {
  EXPECT_EQ(gain_ends(curve({1000, 2000, 3000, 2500, 1500})), 2U);
}

TEST(Gain, OfACurveThatFlattensEndsAtTheKnee) {
  EXPECT_EQ(gain_ends(curve({1000, 2000, 3000, 3100, 3050})), 2U);
}

// One step without a gain is not yet the end.
TEST(Gain, GoesOnAcrossALevelStretch) {
  EXPECT_EQ(gain_ends(curve({1000, 1020, 2000, 2010})), 2U);
}

TEST(Gain, HasToBeMoreThanTheScatter) {
  // Both are known to a tenth: together to 14 %, of which it has to be half as much again.
  EXPECT_EQ(gain_ends(curve({1000, 1200}, 0.1)), 0U);
  EXPECT_EQ(gain_ends(curve({1000, 1400}, 0.1)), 1U);
}

TEST(Gain, IsNoneWhereTheRunDoesNotHold) {
  std::vector<GainPoint> points = curve({1000, 2000, 4000});
  points[2].holds = false;
  EXPECT_EQ(gain_ends(points), 1U);
  points[0].holds = false;
  EXPECT_EQ(gain_ends(points), 1U) << "the first that holds";
  points[1].holds = false;
  EXPECT_EQ(gain_ends(points), std::nullopt);
  EXPECT_EQ(gain_ends({}), std::nullopt);
}

// Seconds that scatter by a fifth, ten of them in a run: 6 % of a mean are chance. Of 1,000 sweeps
// hardly one is moved by it.
TEST(Gain, IsNotMovedByChance) {
  constexpr int kSweeps = 1000;
  constexpr double kOfSecond = 0.2;
  constexpr double kSeconds = 10;
  // That Student's t makes the interval of ten values wider is not needed here.
  constexpr double kHalf = 1.96;
  std::mt19937_64 random(20);
  std::normal_distribution<double> error(0, kOfSecond / std::sqrt(kSeconds));
  const auto moved = [&](const std::vector<double>& means, std::size_t expected) {
    int out = 0;
    for (int i = 0; i < kSweeps; ++i) {
      std::vector<GainPoint> points;
      for (const double mean : means) {
        const double per_s = mean * (1 + error(random));
        points.push_back({.per_s = per_s, .half_interval = kHalf * kOfSecond / std::sqrt(kSeconds) * per_s});
      }
      out += gain_ends(points) == expected ? 0 : 1;
    }
    return out;
  };
  EXPECT_LE(moved({1000, 1000, 1000, 1000, 1000}, 0), kSweeps / 50) << "flat";
  EXPECT_LE(moved({1000, 2000, 4000, 8000, 16000}, 4), kSweeps / 50) << "rising";
  EXPECT_LE(moved({1000, 2000, 4000, 4000, 4000}, 2), kSweeps / 50) << "with a knee";
  EXPECT_LE(moved({1000, 2000, 4000, 2000, 1000}, 2), kSweeps / 50) << "with a peak";
}

}  // namespace
}  // namespace backtalk::series
