// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using backtalk::stats::Arrival;
using backtalk::stats::ArrivalPlan;
using backtalk::stats::ArrivalSchedule;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kNever = ArrivalSchedule::kNever;

std::vector<std::uint64_t> first(ArrivalSchedule schedule, std::size_t count) {
  std::vector<std::uint64_t> instants(count);
  for (std::uint64_t& instant : instants) {
    instant = schedule.next();
    schedule.pop();
  }
  return instants;
}

std::uint64_t count_before(ArrivalSchedule schedule, std::uint64_t end_ns) {
  std::uint64_t count = 0;
  for (; schedule.next() < end_ns; schedule.pop()) ++count;
  return count;
}

TEST(ConstantArrivals, TheFirstIsAtTheStartAndGapsAreEqual) {
  const ArrivalSchedule schedule({.rate_per_s = 1000, .start_ns = 5 * kSecond});
  const std::vector<std::uint64_t> expected = {5'000'000'000, 5'001'000'000, 5'002'000'000};
  EXPECT_EQ(first(schedule, 3), expected);
}

TEST(ConstantArrivals, NextDoesNotConsume) {
  ArrivalSchedule schedule({.rate_per_s = 10});
  EXPECT_EQ(schedule.next(), 0U);
  EXPECT_EQ(schedule.next(), 0U);
  schedule.pop();
  EXPECT_EQ(schedule.next(), kSecond / 10);
}

// Thirds of a second do not fit in ns: each instant is rounded down by itself, and the error does
// not add up.
TEST(ConstantArrivals, EachInstantIsTheExactOneRoundedDown) {
  ArrivalSchedule schedule({.rate_per_s = 3});
  for (std::uint64_t n = 0; n < 1'000'000; ++n) {
    ASSERT_EQ(schedule.next(), n * kSecond / 3) << n;
    schedule.pop();
  }
}

// 7 per second on 3 threads for ten hours: n * 10^9 / 7 still fits 64 bits, so it is the exact
// answer.
TEST(ConstantArrivals, ThereIsNoDriftOverHours) {
  constexpr std::uint64_t kArrivals = std::uint64_t{7} * 36'000;
  for (std::uint32_t thread = 0; thread < 3; ++thread) {
    ArrivalSchedule schedule({.rate_per_s = 7, .threads = 3, .thread_index = thread});
    for (std::uint64_t n = thread; n < kArrivals; n += 3) {
      ASSERT_EQ(schedule.next(), n * kSecond / 7);
      schedule.pop();
    }
  }
}

TEST(ConstantArrivals, AnyNumberOfThreadsGivesTheSameInstants) {
  for (const double rate : {0.1, 3.0, 999.9, 12'345.678}) {
    const std::vector<std::uint64_t> alone =
        first(ArrivalSchedule({.rate_per_s = rate, .start_ns = 17}), 420);
    for (const std::uint32_t threads : {2U, 7U, 60U, 420U}) {
      std::vector<std::uint64_t> together;
      for (std::uint32_t thread = 0; thread < threads; ++thread) {
        const ArrivalSchedule schedule(
            {.rate_per_s = rate, .threads = threads, .thread_index = thread, .start_ns = 17});
        const std::vector<std::uint64_t> own = first(schedule, 420 / threads);
        together.insert(together.end(), own.begin(), own.end());
      }
      std::ranges::sort(together);
      ASSERT_EQ(together, alone) << rate << " " << threads;
    }
  }
}

TEST(ConstantArrivals, AWindowHoldsExactlyRateTimesItsLength) {
  struct Case {
    double rate_per_s;
    std::uint64_t window_s;
    std::uint64_t arrivals;
  };
  for (const Case& expected : {Case{1000, 60, 60'000}, Case{0.1, 3600, 360}, Case{333.3, 100, 33'330},
                               Case{10'000'000, 1, 10'000'000}, Case{999'999, 2, 1'999'998}}) {
    for (const std::uint32_t threads : {1U, 2U, 3U, 64U, 1000U}) {
      std::uint64_t arrivals = 0;
      for (std::uint32_t thread = 0; thread < threads; ++thread) {
        const ArrivalSchedule schedule(
            {.rate_per_s = expected.rate_per_s, .threads = threads, .thread_index = thread, .start_ns = 123});
        arrivals += count_before(schedule, 123 + expected.window_s * kSecond);
      }
      EXPECT_EQ(arrivals, expected.arrivals) << expected.rate_per_s << " " << threads;
    }
  }
}

TEST(ConstantArrivals, MoreThreadsThanRateEachHasItsTurn) {
  const ArrivalSchedule last({.rate_per_s = 2, .threads = 1000, .thread_index = 999});
  const std::vector<std::uint64_t> expected = {999 * kSecond / 2, 1999 * kSecond / 2};
  EXPECT_EQ(first(last, 2), expected);
}

TEST(Arrivals, InvalidRatesMeanNoArrivals) {
  for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
    for (const double rate : {0.0, -1.0, std::nan(""), -std::numeric_limits<double>::infinity()}) {
      ArrivalSchedule schedule({.rate_per_s = rate, .arrival = arrival});
      EXPECT_EQ(schedule.next(), kNever);
      schedule.pop();
      EXPECT_EQ(schedule.next(), kNever);
    }
  }
}

TEST(Arrivals, ExtremeRatesAreClamped) {
  const std::vector<std::uint64_t> each_ns = {0, 1, 2, 3};
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 1e9}), 4), each_ns);
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = std::numeric_limits<double>::infinity()}), 4), each_ns);
  const std::vector<std::uint64_t> each_million_s = {0, 1'000'000 * kSecond};
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 1e-6}), 2), each_million_s);
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 1e-300}), 2), each_million_s);
}

TEST(Arrivals, TheEndOfTheClockIsNever) {
  for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
    ArrivalSchedule schedule({.rate_per_s = 1e-6,
                              .arrival = arrival,
                              .threads = std::numeric_limits<std::uint32_t>::max(),
                              .thread_index = std::numeric_limits<std::uint32_t>::max() - 1});
    schedule.pop();
    EXPECT_EQ(schedule.next(), kNever);
    schedule.pop();
    EXPECT_EQ(schedule.next(), kNever);
  }
}

TEST(PoissonArrivals, TheSameSeedGivesTheSameInstants) {
  const ArrivalPlan plan{.rate_per_s = 500, .arrival = Arrival::poisson, .start_ns = 9, .seed = 42};
  EXPECT_EQ(first(ArrivalSchedule(plan), 1000), first(ArrivalSchedule(plan), 1000));
}

TEST(PoissonArrivals, AnotherSeedOrThreadGivesOtherInstants) {
  const ArrivalPlan plan{.rate_per_s = 500, .arrival = Arrival::poisson, .threads = 2, .seed = 42};
  ArrivalPlan seed = plan;
  seed.seed += std::uint64_t{1} << 32;
  ArrivalPlan thread = plan;
  thread.thread_index = 1;
  EXPECT_NE(first(ArrivalSchedule(plan), 10), first(ArrivalSchedule(seed), 10));
  EXPECT_NE(first(ArrivalSchedule(plan), 10), first(ArrivalSchedule(thread), 10));
}

TEST(PoissonArrivals, InstantsAscendFromTheStart) {
  const std::vector<std::uint64_t> instants =
      first(ArrivalSchedule({.rate_per_s = 1e9, .arrival = Arrival::poisson, .start_ns = 1000}), 10'000);
  EXPECT_GE(instants.front(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(instants));
}

// Gaps of an exponential distribution: mean and standard deviation are both T / R, and a share of 1
// - 1/e of them is shorter. With 200,000 gaps the mean's own deviation is 0.22 %; the bounds are
// more than four times that.
TEST(PoissonArrivals, GapsHaveTheMeanAndTheVarianceOfTheRate) {
  constexpr std::size_t kGaps = 200'000;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    for (const double rate : {0.1, 1000.0, 10e6}) {
      const std::vector<std::uint64_t> instants = first(ArrivalSchedule({.rate_per_s = rate,
                                                                         .arrival = Arrival::poisson,
                                                                         .threads = 4,
                                                                         .thread_index = 3,
                                                                         .seed = seed}),
                                                        kGaps + 1);
      const double expected = 4e9 / rate;
      double sum = 0;
      double squares = 0;
      double shorter = 0;
      for (std::size_t i = 0; i < kGaps; ++i) {
        const auto gap = static_cast<double>(instants[i + 1] - instants[i]);
        sum += gap;
        squares += gap * gap;
        shorter += gap < expected ? 1 : 0;
      }
      const double mean = sum / kGaps;
      const double variance = squares / kGaps - mean * mean;
      EXPECT_NEAR(mean, expected, 0.01 * expected) << seed << " " << rate;
      EXPECT_NEAR(variance, expected * expected, 0.05 * expected * expected) << seed << " " << rate;
      EXPECT_NEAR(shorter / kGaps, 1 - std::exp(-1), 0.01) << seed << " " << rate;
    }
  }
}

// Counts in windows of one second at 100/s: mean and variance are both 100 (for constant arrivals
// the variance is 0).
TEST(PoissonArrivals, CountsInWindowsVaryAsMuchAsTheirMean) {
  constexpr std::uint64_t kWindows = 5000;
  ArrivalSchedule schedule({.rate_per_s = 100, .arrival = Arrival::poisson, .seed = 5});
  double sum = 0;
  double squares = 0;
  for (std::uint64_t window = 1; window <= kWindows; ++window) {
    double count = 0;
    for (; schedule.next() < window * kSecond; schedule.pop()) ++count;
    sum += count;
    squares += count * count;
  }
  const double mean = sum / kWindows;
  EXPECT_NEAR(mean, 100, 1);
  EXPECT_NEAR(squares / kWindows - mean * mean, 100, 10);
}

// --- Rates by steps

using backtalk::stats::RateStep;

// __extension__ does not allow `using`.
__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using)

// The integral of the rate from the start to `at`, in arrivals times 10^15, step by step.
Wide integral(const std::vector<RateStep>& steps, double last_rate, std::uint64_t at) {
  const auto rate = [](double per_s) { return static_cast<std::uint64_t>(std::llround(per_s * 1e6)); };
  Wide sum = 0;
  std::uint64_t from = 0;
  for (const RateStep& step : steps) {
    const std::uint64_t to = std::min(step.until_ns, at);
    if (to > from) sum += Wide{to - from} * rate(step.rate_per_s);
    from = std::max(from, std::min(step.until_ns, at));
  }
  return sum + Wide{at - from} * rate(last_rate);
}

constexpr std::uint64_t kArrival = 1'000'000'000'000'000;

const std::vector<RateStep> kUpAndDown = {{.until_ns = kSecond, .rate_per_s = 10},
                                          {.until_ns = 3 * kSecond, .rate_per_s = 1000.123},
                                          {.until_ns = 3 * kSecond + 7, .rate_per_s = 0},
                                          {.until_ns = 4 * kSecond, .rate_per_s = 0.5},
                                          {.until_ns = 5 * kSecond, .rate_per_s = 333.333333}};

TEST(StepArrivals, ARateThatDoesNotChangeIsTheSameInAnyNumberOfSteps) {
  const std::vector<std::uint64_t> plain = first(ArrivalSchedule({.rate_per_s = 3.7, .start_ns = 11}), 1000);
  const std::vector<RateStep> steps = {{.until_ns = 1, .rate_per_s = 3.7},
                                       {.until_ns = kSecond, .rate_per_s = 3.7},
                                       {.until_ns = 100 * kSecond + 3, .rate_per_s = 3.7}};
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 3.7, .steps = steps, .start_ns = 11}), 1000), plain);
}

TEST(StepArrivals, EachStepHasItsRate) {
  const std::vector<RateStep> steps = {{.until_ns = kSecond, .rate_per_s = 2},
                                       {.until_ns = 2 * kSecond, .rate_per_s = 0},
                                       {.until_ns = 3 * kSecond, .rate_per_s = 4}};
  const std::vector<std::uint64_t> expected = {0, kSecond / 2, 2 * kSecond, 2 * kSecond + kSecond / 4};
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 0, .steps = steps}), 4), expected);
  ArrivalSchedule schedule({.rate_per_s = 0, .steps = steps});
  EXPECT_EQ(count_before(schedule, kNever), 6U);  // and then none
}

TEST(StepArrivals, APartialArrivalContinuesInTheNextStep) {
  const std::vector<RateStep> steps = {{.until_ns = kSecond, .rate_per_s = 1.5}};
  // At one second half of the third arrival is owed; at 100/s the other half takes 5 ms.
  const std::vector<std::uint64_t> expected = {0, 666'666'666, kSecond + 5'000'000, kSecond + 15'000'000};
  EXPECT_EQ(first(ArrivalSchedule({.rate_per_s = 100, .steps = steps}), 4), expected);
}

// Arrival n is due in the nanosecond in which the integral exceeds n, so the number of arrivals up
// to any instant is within one of the integral.
TEST(StepArrivals, TheirNumberIsTheIntegralOfTheRate) {
  ArrivalSchedule schedule({.rate_per_s = 12.3, .steps = kUpAndDown, .start_ns = 5});
  for (std::uint64_t n = 0; n < 3000; ++n, schedule.pop()) {
    const std::uint64_t at = schedule.next() - 5;
    ASSERT_LE(integral(kUpAndDown, 12.3, at), Wide{n} * kArrival) << n;
    ASSERT_GT(integral(kUpAndDown, 12.3, at + 1), Wide{n} * kArrival) << n;
  }
}

// Threads, and the parts of a run that several processes share.
TEST(StepArrivals, AnyNumberOfThreadsGivesTheSameInstants) {
  const std::vector<std::uint64_t> alone =
      first(ArrivalSchedule({.rate_per_s = 12.3, .steps = kUpAndDown, .start_ns = 17}), 4200);
  for (const std::uint32_t threads : {2U, 7U, 60U, 4200U}) {
    std::vector<std::uint64_t> together;
    for (std::uint32_t thread = 0; thread < threads; ++thread) {
      const ArrivalSchedule schedule({.rate_per_s = 12.3,
                                      .steps = kUpAndDown,
                                      .threads = threads,
                                      .thread_index = thread,
                                      .start_ns = 17});
      const std::vector<std::uint64_t> own = first(schedule, 4200 / threads);
      together.insert(together.end(), own.begin(), own.end());
    }
    std::ranges::sort(together);
    ASSERT_EQ(together, alone) << threads;
  }
}

TEST(StepArrivals, StepsThatEndBeforeTheyBeginAreSkipped) {
  const std::vector<RateStep> steps = {{.until_ns = 0, .rate_per_s = 1e6},
                                       {.until_ns = kSecond, .rate_per_s = 10},
                                       {.until_ns = kSecond / 2, .rate_per_s = 1e6}};
  EXPECT_EQ(count_before(ArrivalSchedule({.rate_per_s = 0, .steps = steps}), kNever), 10U);
}

// In each step the counts of 400 seeds have the integral as mean and its square root as deviation.
TEST(StepArrivals, RandomOnesHaveTheRateOfEachStep) {
  const std::vector<RateStep> steps = {{.until_ns = kSecond, .rate_per_s = 50},
                                       {.until_ns = 2 * kSecond, .rate_per_s = 0},
                                       {.until_ns = 3 * kSecond, .rate_per_s = 200}};
  constexpr std::uint64_t kSeeds = 400;
  std::vector<double> counted(4);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (std::uint32_t thread = 0; thread < 3; ++thread) {
      ArrivalSchedule schedule({.rate_per_s = 20,
                                .steps = steps,
                                .arrival = Arrival::poisson,
                                .threads = 3,
                                .thread_index = thread,
                                .seed = seed});
      for (; schedule.next() < 4 * kSecond; schedule.pop()) ++counted[schedule.next() / kSecond];
    }
  }
  const std::vector<double> expected = {50.0 * kSeeds, 0, 200.0 * kSeeds, 20.0 * kSeeds};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(counted[i], expected[i], 4 * std::sqrt(expected[i])) << i;
}

TEST(StepArrivals, TheTimeOfANumberOfArrivalsIsComputed) {
  using backtalk::stats::ns_of_arrivals;
  EXPECT_EQ(ns_of_arrivals(100, 10, {}, 0), 10e9);
  const std::vector<RateStep> steps = {{.until_ns = kSecond, .rate_per_s = 10},
                                       {.until_ns = 2 * kSecond, .rate_per_s = 0}};
  EXPECT_EQ(ns_of_arrivals(5, 100, steps, 0), 0.5e9);
  EXPECT_EQ(ns_of_arrivals(20, 100, steps, 0), 2.1e9);
  EXPECT_EQ(ns_of_arrivals(10, 100, steps, kSecond / 2), 1.5e9 + 0.05e9);
  EXPECT_EQ(ns_of_arrivals(20, 0, steps, 0), std::numeric_limits<double>::infinity());
}

}  // namespace
