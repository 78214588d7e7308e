// SPDX-License-Identifier: Apache-2.0 OR MIT
// Where the gain ends, on servers of which it is known, and whatever chance does.
#include "series/sweep.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

constexpr std::uint64_t kSeeds = 20;

series::Sweep swept(const std::vector<std::uint64_t>& depths, const std::vector<double>& rates,
                    const std::string& service, std::uint64_t seed, stats::Arrival arrival) {
  std::uint64_t runs = 0;
  const auto run = [&](const series::SweepStep& step) -> std::variant<result::RunResult, std::string> {
    return simulate({.connections = 20,
                     .pipeline = step.depth,
                     .rate = step.rate,
                     .arrival = arrival,
                     .seed = 1000 * seed + ++runs,
                     .duration_ns = 10 * kSecond,
                     .faults = {"service=" + service, "workers=1"}})
        .result;
  };
  return std::get<series::Sweep>(series::sweep(depths, rates, {}, run, [] { return false; }));
}

// One at a time, whatever is in flight: nothing is gained, though runs of a thousand random
// services differ by 3 % from each other.
TEST(SweepOfAServerThatServesOneAtATime, EndsAtTheFirstDepthWhateverChanceDoes) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto done = swept({1, 2, 4, 8}, {}, "exp:10ms", seed, stats::Arrival::constant);
    ASSERT_NE(done.gain_ends(), nullptr);
    EXPECT_EQ(done.gain_ends()->step.depth, 1U) << seed << ": " << done.sentence();
    for (const series::SweepRun& run : done.runs) EXPECT_TRUE(run.half_interval);
  }
}

// A hundred a second: 160 are too many, 80 are not.
TEST(SweepOfAServerThatServesOneAtATime, EndsAtTheHighestRateBelowItsCapacity) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto done = swept({1}, {20, 40, 60, 160, 320}, "exp:10ms", seed, stats::Arrival::poisson);
    ASSERT_NE(done.gain_ends(), nullptr);
    EXPECT_EQ(done.gain_ends()->step.rate, 60) << seed << ": " << done.sentence();
  }
}

TEST(SweepOfAServerThatServesOneAtATime, HasNotEndedAtRatesThatItReaches) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto done = swept({1}, {10, 20, 40}, "exp:10ms", seed, stats::Arrival::poisson);
    ASSERT_NE(done.gain_ends(), nullptr);
    EXPECT_EQ(done.gain_ends()->step.rate, 40) << seed << ": " << done.sentence();
    EXPECT_NE(done.sentence().find("has not ended"), std::string::npos);
  }
}

}  // namespace
}  // namespace backtalk::known
