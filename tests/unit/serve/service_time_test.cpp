// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/service_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace backtalk::serve {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;

std::vector<std::uint64_t> draw(std::string_view text, std::uint64_t connection, std::size_t count) {
  const auto plan = read_service(text);
  if (!plan) throw std::invalid_argument(std::string(text));
  ServiceTimes times(*plan);
  times.restart(connection);
  std::vector<std::uint64_t> drawn(count);
  std::ranges::generate(drawn, [&] { return times.next(); });
  return drawn;
}

double mean(const std::vector<std::uint64_t>& times) {
  double sum = 0;
  for (const std::uint64_t one : times) sum += static_cast<double>(one);
  return sum / static_cast<double>(times.size());
}

TEST(ServiceTimes, Constant) {
  EXPECT_EQ(draw("const:100us", 0, 3), (std::vector<std::uint64_t>(3, 100 * kMicrosecond)));
}

// Deterministic, so what holds once holds always. The bounds are four standard errors.
TEST(ServiceTimes, ExponentialOnesHaveTheirMeanAndTheirTail) {
  constexpr std::size_t kCount = 100'000;
  const auto times = draw("exp:1ms", 0, kCount);
  EXPECT_NEAR(mean(times), 1e6, 4 * 1e6 / std::sqrt(kCount));
  for (const double multiple : {0.1, 0.6931, 1.0, 3.0}) {
    const double expected = std::exp(-multiple);
    const auto later = std::ranges::count_if(
        times, [&](std::uint64_t one) { return static_cast<double>(one) > multiple * 1e6; });
    EXPECT_NEAR(static_cast<double>(later) / kCount, expected,
                4 * std::sqrt(expected * (1 - expected) / kCount));
  }
}

// By SplitMix64's description, worked out elsewhere. The last digits are left to the logarithm.
TEST(ServiceTimes, AreTheSameOnEveryPlatform) {
  EXPECT_NEAR(static_cast<double>(draw("exp:1s", 0, 1).front()), 427023090, 2);
  EXPECT_NEAR(static_cast<double>(draw("exp:1s", 7, 1).front()), 88396230, 2);
}

TEST(ServiceTimes, BimodalOnesUseTheSecondTimeWithItsProbability) {
  constexpr std::size_t kCount = 100'000;
  const auto times = draw("bimodal:100us:50ms:1%", 0, kCount);
  const auto slow = std::ranges::count(times, 50 * kMillisecond);
  EXPECT_EQ(slow + std::ranges::count(times, 100 * kMicrosecond), static_cast<std::ptrdiff_t>(kCount));
  EXPECT_NEAR(static_cast<double>(slow), 1000, 4 * std::sqrt(1000 * 0.99));
}

TEST(ServiceTimes, BimodalProbabilitiesZeroAndOneAreExact) {
  EXPECT_EQ(std::ranges::count(draw("bimodal:1us:2us:0%", 0, 1000), 1'000), 1000);
  EXPECT_EQ(std::ranges::count(draw("bimodal:1us:2us:100%", 0, 1000), 2'000), 1000);
}

TEST(ServiceTimes, ASlowShareMakesSomeConnectionsAlwaysSlow) {
  for (std::uint64_t connection = 0; connection < 24; ++connection) {
    const std::uint64_t expected = connection % 8 < 3 ? 200 * kMillisecond : 100 * kMicrosecond;
    EXPECT_EQ(draw("slow-share:100us:200ms:3/8", connection, 5), std::vector<std::uint64_t>(5, expected));
  }
}

TEST(ServiceTimes, EachConnectionHasItsOwnRepeatableSequence) {
  const auto one = draw("exp:1ms", 1, 100);
  const auto next = draw("exp:1ms", 2, 100);
  EXPECT_EQ(one, draw("exp:1ms", 1, 100));
  EXPECT_EQ(std::ranges::find_first_of(one, next), one.end()) << "one sequence is the other, shifted";
}

}  // namespace
}  // namespace backtalk::serve
