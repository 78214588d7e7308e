// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/sizes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace backtalk::fill {
namespace {

std::vector<std::uint64_t> draw(std::string_view text, std::size_t count = 20'000) {
  auto read = Sizes::read(text);
  EXPECT_TRUE(std::holds_alternative<Sizes>(read)) << text;
  session::SplitMix64 random(7);
  std::vector<std::uint64_t> drawn(count);
  for (std::uint64_t& one : drawn) one = std::get<Sizes>(read).draw(random);
  return drawn;
}

double mean(const std::vector<std::uint64_t>& drawn) {
  double sum = 0;
  for (const std::uint64_t one : drawn) sum += static_cast<double>(one);
  return sum / static_cast<double>(drawn.size());
}

TEST(FillSizes, OneSizeIsThatOfAllMessages) {
  const auto drawn = draw("4096");
  EXPECT_EQ(std::ranges::count(drawn, 4096U), std::ssize(drawn));
}

TEST(FillSizes, ARangeIsDrawnEvenly) {
  const auto drawn = draw("1000..3000");
  EXPECT_GE(std::ranges::min(drawn), 1000U);
  EXPECT_LE(std::ranges::max(drawn), 3000U);
  EXPECT_NEAR(mean(drawn), 2000, 20);
}

TEST(FillSizes, DistributionsHaveTheirMeans) {
  EXPECT_NEAR(mean(draw("exp:20000")), 20'000, 600);
  EXPECT_NEAR(mean(draw("normal:20000:2000")), 20'000, 100);
}

TEST(FillSizes, SharesAreKept) {
  const auto drawn = draw("1000:90%,100000:10%");
  const auto small = std::ranges::count(drawn, 1000U);
  EXPECT_NEAR(static_cast<double>(small) / 20'000, 0.9, 0.01);
  EXPECT_EQ(small + std::ranges::count(drawn, 100'000U), 20'000);
}

TEST(FillSizes, AMessageIsNeverSmallerThanItsHeaderNorLargerThanTheLimit) {
  EXPECT_EQ(draw("320").front(), 320U);
  EXPECT_EQ(std::ranges::min(draw("normal:320:100")), 320U);
  EXPECT_GE(std::ranges::min(draw("exp:100")), 320U);
  EXPECT_LE(std::ranges::max(draw("exp:33554432", 1000)), kOctetsMax);
}

TEST(FillSizes, WhatIsNoSizeIsRefused) {
  for (const std::string_view wrong : {"",
                                       "big",
                                       "-1",
                                       "3000..1000",
                                       "1..",
                                       "exp:",
                                       "exp:x",
                                       "normal:5",
                                       "normal:5:",
                                       "33554433",
                                       "1000:50%",
                                       "1000:50%,2000:60%",
                                       "1000:0%,2:100%",
                                       "319",
                                       "100",
                                       "0..1000",
                                       "319:100%",
                                       "99999999:100%",
                                       "1k",
                                       "1000 2000"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(Sizes::read(wrong))) << wrong;
  }
}

}  // namespace
}  // namespace backtalk::fill
