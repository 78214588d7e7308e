// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace backtalk::stats {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStart = 5 * kSecond;

// Up, level, down, a jump, a pause, and a short one with a crooked length.
const std::vector<Stage> kStages{{.duration_ns = 2 * kSecond, .from_per_s = 0, .to_per_s = 1000},
                                 {.duration_ns = kSecond, .from_per_s = 1000, .to_per_s = 1000},
                                 {.duration_ns = 3 * kSecond, .from_per_s = 1000, .to_per_s = 10},
                                 {.duration_ns = kSecond, .from_per_s = 5000, .to_per_s = 5000},
                                 {.duration_ns = kSecond, .from_per_s = 0, .to_per_s = 0},
                                 {.duration_ns = 333'333'333, .from_per_s = 123.456789, .to_per_s = 999}};

std::uint64_t length_of(const std::vector<Stage>& stages) {
  std::uint64_t sum = 0;
  for (const Stage& one : stages) sum += one.duration_ns;
  return sum;
}

// How many arrivals of all threads fall into each stage. The schedule begins with a warm-up.
std::vector<std::uint64_t> counts(Arrival arrival, std::uint32_t threads, std::uint64_t warmup_ns) {
  std::vector<std::uint64_t> out(kStages.size(), 0);
  for (std::uint32_t thread = 0; thread < threads; ++thread) {
    ArrivalSchedule schedule({.rate_per_s = 1000,
                              .steps = steps_of(kStages, warmup_ns, 700),
                              .arrival = arrival,
                              .threads = threads,
                              .thread_index = thread,
                              .start_ns = kStart - warmup_ns,
                              .seed = 3});
    while (schedule.next() < kStart) schedule.pop();
    std::uint64_t end = kStart;
    for (std::size_t i = 0; i < kStages.size(); ++i) {
      end += kStages[i].duration_ns;
      for (; schedule.next() < end; schedule.pop()) ++out[i];
    }
  }
  return out;
}

TEST(Stages, EachHasAsManyArrivalsAsItsLineHasBelowIt) {
  for (const std::uint32_t threads : {1U, 2U, 7U}) {
    for (const std::uint64_t warmup_ns : {std::uint64_t{0}, kSecond + 1}) {
      const auto found = counts(Arrival::constant, threads, warmup_ns);
      for (std::size_t i = 0; i < kStages.size(); ++i)
        EXPECT_NEAR(static_cast<double>(found[i]), kStages[i].arrivals(), 1) << i << " " << threads;
    }
  }
}

TEST(Stages, RandomArrivalsScatterAroundThat) {
  const auto found = counts(Arrival::poisson, 2, 0);
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    const double expected = kStages[i].arrivals();
    EXPECT_NEAR(static_cast<double>(found[i]), expected, 4 * std::sqrt(expected)) << i;
  }
}

// A quarter of the way up a line from 0 there is a sixteenth of its arrivals.
TEST(Stages, ARisingRateIsAStraightLine) {
  ArrivalSchedule schedule({.rate_per_s = 1, .steps = steps_of(kStages, 0, 0), .start_ns = kStart});
  std::uint64_t count = 0;
  for (; schedule.next() < kStart + kSecond / 2; schedule.pop()) ++count;
  EXPECT_NEAR(static_cast<double>(count), 1000.0 / 16, 1);
}

TEST(Stages, TheirStepsEndWhereTheyDo) {
  for (const std::uint64_t warmup_ns : {std::uint64_t{0}, std::uint64_t{1}, kSecond}) {
    const std::vector<RateStep> steps = steps_of(kStages, warmup_ns, 1);
    EXPECT_EQ(steps.back().until_ns, warmup_ns + length_of(kStages));
    for (std::size_t i = 1; i < steps.size(); ++i) EXPECT_GT(steps[i].until_ns, steps[i - 1].until_ns);
  }
}

// Shorter than its steps are many.
TEST(Stages, OneOfAFewNanosecondsHasStepsOfNoLength) {
  const std::vector<Stage> short_one{{.duration_ns = 3, .from_per_s = 0, .to_per_s = 1e7},
                                     {.duration_ns = kMillisecond, .from_per_s = 1e6, .to_per_s = 1e6}};
  ArrivalSchedule schedule({.rate_per_s = 1, .steps = steps_of(short_one, 0, 0), .start_ns = kStart});
  std::uint64_t count = 0;
  for (; schedule.next() < kStart + kMillisecond + 3; schedule.pop()) ++count;
  EXPECT_NEAR(static_cast<double>(count), 1000, 1);
}

// A week of the longest lines that can be written.
TEST(Stages, TheLongestDoNotOverflow) {
  const std::vector<Stage> stages(
      kStagesMax, {.duration_ns = 604'800 * kSecond / kStagesMax, .from_per_s = 0, .to_per_s = 1e7});
  const auto steps = steps_of(stages, 604'800 * kSecond, 1e7);
  EXPECT_EQ(steps.back().until_ns, 2 * 604'800 * kSecond);
  EXPECT_LE(steps.size(), kStagesMax * kStepsOfLine + 1);
}

}  // namespace
}  // namespace backtalk::stats
