// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/arrival_fit.hpp"

#include <gtest/gtest.h>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <cstdint>

#include "stats/schedule.hpp"

namespace backtalk::stats {
namespace {

Histogram gaps_of(const ArrivalPlan& plan, int count, std::uint64_t held_ns = 0) {
  ArrivalSchedule schedule(plan);
  ArrivalGaps gaps;
  gaps.start(plan.rate_per_s);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t due = schedule.next();
    // A sender that wakes only now and then sends what has fallen due at once.
    gaps.began(held_ns == 0 ? due : (due / held_ns + 1) * held_ns);
    schedule.pop();
  }
  return gaps.gaps();
}

TEST(ArrivalFit, OfRandomArrivalsIsGood) {
  int off = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const ExponentialFit fit =
        fit_exponential(gaps_of({.rate_per_s = 1000, .arrival = Arrival::poisson, .seed = seed}, 2'000));
    off += fit.statistic > 6 ? 1 : 0;
    EXPECT_LT(fit.distance, 0.05) << seed;
  }
  EXPECT_LE(off, 3);
}

// The statistic of five values, from the formula with their order.
TEST(ArrivalFit, IsAndersonAndDarlingsStatistic) {
  Histogram gaps;
  for (const double value : {0.1, 0.4, 0.8, 1.3, 2.9})
    gaps.record(static_cast<std::uint64_t>(value * ArrivalGaps::kMean));
  EXPECT_NEAR(fit_exponential(gaps).statistic, 0.1802, 0.005);
}

TEST(ArrivalFit, OfEqualIntervalsIsNotThatOfRandomOnes) {
  const Histogram even = gaps_of({.rate_per_s = 1000, .arrival = Arrival::constant}, 2'000);
  EXPECT_GT(fit_exponential(even).statistic, 100);
  EXPECT_GT(fit_exponential(even).distance, 0.3);
  EXPECT_EQ(uneven_share(even), 0);
}

TEST(ArrivalFit, SeesASenderThatSendsInBursts) {
  constexpr std::uint64_t kHeld = 10'000'000;  // ten intervals
  const Histogram random = gaps_of({.rate_per_s = 1000, .arrival = Arrival::poisson}, 2'000, kHeld);
  EXPECT_GT(fit_exponential(random).statistic, 6);
  EXPECT_GT(fit_exponential(random).distance, 0.05);
  const Histogram even = gaps_of({.rate_per_s = 1000, .arrival = Arrival::constant}, 2'000, kHeld);
  EXPECT_GT(uneven_share(even), 0.9);
}

TEST(ArrivalFit, OfNothingIsNothing) {
  EXPECT_EQ(fit_exponential({}).statistic, 0);
  EXPECT_EQ(uneven_share({}), 0);
}

}  // namespace
}  // namespace backtalk::stats
