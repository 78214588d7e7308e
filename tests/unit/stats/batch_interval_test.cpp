// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/batch_interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace backtalk::stats {
namespace {

using Random = boost::random::mt19937_64;

// One queue, one server, arrivals and service both exponential: the time in the system is
// exponential too, with the rate 1 - load if the service has the mean 1.
struct Queue {
  double load;
  int count;

  [[nodiscard]] std::uint64_t truth_ns(double percentile) const {
    return static_cast<std::uint64_t>(-std::log(1 - percentile / 100) / (1 - load) * 1e6);
  }

  // A run of the queue that had been going on before; a service takes a millisecond.
  void run(Random& random, Histogram& all, Batches& batches, std::uint64_t& length_ns) const {
    boost::random::exponential_distribution<double> gap(load);
    boost::random::exponential_distribution<double> service(1);
    boost::random::uniform_01<double> uniform;
    double waiting =
        uniform(random) < load ? boost::random::exponential_distribution<double>(1 - load)(random) : 0;
    double now = 0;
    batches.start(0, static_cast<std::uint64_t>(count / load * 1e6));
    for (int i = 0; i < count; ++i) {
      const double taken = waiting + service(random);
      const auto latency = static_cast<std::uint64_t>(taken * 1e6);
      all.record(latency);
      batches.record(static_cast<std::uint64_t>((now + taken) * 1e6), latency);
      const double next = gap(random);
      now += next;
      waiting = std::max(0.0, taken - next);
    }
    length_ns = static_cast<std::uint64_t>(now * 1e6);
  }
};

// The share of runs whose interval contains the true value, for the p50 and the p99.
std::array<double, 2> coverage(const Queue& queue, int runs) {
  constexpr std::array kPercentiles{50.0, 99.0};
  Random random(20261130);
  std::array<double, 2> covered{};
  for (int i = 0; i < runs; ++i) {
    Histogram all;
    Batches batches;
    std::uint64_t length_ns = 0;
    queue.run(random, all, batches, length_ns);
    const BatchSeries series = batches.series(length_ns, kBatchesKept);
    for (std::size_t one = 0; one < kPercentiles.size(); ++one) {
      const std::uint64_t truth = queue.truth_ns(kPercentiles[one]);
      const auto interval =
          batch_interval(series, kPercentiles[one], all.value_at_percentile(kPercentiles[one]));
      EXPECT_TRUE(interval);
      covered[one] += interval && interval->low <= truth && truth <= interval->high ? 1.0 / runs : 0;
    }
  }
  return covered;
}

TEST(BatchInterval, HoldsTheTruePercentileOfAQueueInNinetyFiveOfAHundredRuns) {
  constexpr int kRuns = 200;
  const auto [p50, p99] = coverage({.load = 0.5, .count = 10'000}, kRuns);
  std::printf("load 0.5, %d runs of 10^4: p50 in %.1f %%, p99 in %.1f %%\n", kRuns, p50 * 100, p99 * 100);
  EXPECT_GE(p99, 0.92);
  EXPECT_LE(p99, 0.98);
  EXPECT_GE(p50, 0.92);
  EXPECT_LE(p50, 0.98);
}

BatchSeries batches_of(const std::vector<std::uint64_t>& values, std::uint64_t count) {
  BatchSeries out{.width_ns = 1'000'000};
  for (const std::uint64_t value : values) out.latency.emplace_back().record_n(value, count);
  return out;
}

TEST(BatchInterval, BatchesFarApartGiveNothingThatDoesNotFit) {
  std::vector<std::uint64_t> values(20, 1);
  std::fill(values.begin() + 10, values.end(), Histogram::kHighestTrackable);
  const auto interval = batch_interval(batches_of(values, 100), 50, Histogram::kHighestTrackable);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->high, Histogram::kHighestTrackable);
  EXPECT_LE(interval->low, interval->high);
}

TEST(BatchInterval, NeedsTenBatchesWithEnoughSamples) {
  EXPECT_FALSE(batch_interval({}, 50, 1000));
  EXPECT_FALSE(batch_interval(batches_of(std::vector<std::uint64_t>(9, 1000), 662), 99, 1000));
  EXPECT_TRUE(batch_interval(batches_of(std::vector<std::uint64_t>(10, 1000), 662), 99, 1000));
  EXPECT_FALSE(batch_interval(batches_of(std::vector<std::uint64_t>(10, 1000), 661), 99, 1000));
  EXPECT_TRUE(batch_interval(batches_of(std::vector<std::uint64_t>(20, 1000), 331), 99, 1000))
      << "each two are one";
  EXPECT_FALSE(batch_interval(batches_of(std::vector<std::uint64_t>(10, 1000), 662), 99.9, 1000));
}

TEST(BatchInterval, IsNoNarrowerThanWhatBatchesTellApart) {
  const auto interval =
      batch_interval(batches_of(std::vector<std::uint64_t>(10, 1'000'000), 100), 50, 1'000'000);
  ASSERT_TRUE(interval);
  EXPECT_LE(interval->low, 996'500U);
  EXPECT_GE(interval->high, 1'003'500U);
  EXPECT_LT(interval->high, 1'010'000U);
}

TEST(BatchInterval, IsWiderWhereNeighboursAreAlike) {
  const auto width = [](const std::vector<std::uint64_t>& values) {
    const auto interval = batch_interval(batches_of(values, 100), 50, 1000);
    return interval ? interval->high - interval->low : 0;
  };
  const std::uint64_t mixed = width({900, 1100, 900, 1100, 900, 1100, 900, 1100, 900, 1100});
  const std::uint64_t in_order = width({900, 900, 900, 900, 900, 1100, 1100, 1100, 1100, 1100});
  EXPECT_GT(in_order, 2 * mixed);
}

// --- Stability

TEST(Stability, OfNoiseIsCalm) {
  Random random(7);
  boost::random::normal_distribution<double> noise(100, 10);
  constexpr int kRuns = 2'000;
  int drifting = 0;
  int alike = 0;
  int in_runs = 0;
  for (int i = 0; i < kRuns; ++i) {
    std::vector<double> values;
    for (int one = 0; one < 22; ++one) values.push_back(noise(random));
    const Stability found = stability_of(values);
    drifting += found.drift_p < 0.001 ? 1 : 0;
    alike += found.correlation_p < 0.001 ? 1 : 0;
    in_runs += found.runs_p < 0.001 ? 1 : 0;
  }
  // 2 of 2,000 each.
  EXPECT_LE(drifting, 8);
  EXPECT_LE(alike, 8);
  EXPECT_LE(in_runs, 8);
}

TEST(Stability, SeesADrift) {
  std::vector<double> values;
  for (int i = 0; i < 20; ++i) values.push_back(100 + 5 * i + (i % 2 == 0 ? 4 : -4));
  const Stability found = stability_of(values);
  EXPECT_LT(found.drift_p, 1e-6);
  EXPECT_NEAR(found.change, 185.8 / 110.8 - 1, 0.02) << "means of five";
}

TEST(Stability, SeesNeighboursThatAreAlike) {
  std::vector<double> values;
  for (int i = 0; i < 24; ++i) values.push_back(i / 6 % 2 == 0 ? 100 : 150);
  const Stability found = stability_of(values);
  EXPECT_LT(found.correlation_p, 0.001);
  EXPECT_LT(found.runs_p, 0.001);
  EXPECT_GT(found.drift_p, 0.01);
}

TEST(Stability, OfEqualValuesIsCalm) {
  const Stability found = stability_of(std::vector<double>(20, 100.0));
  EXPECT_EQ(found.change, 0);
  EXPECT_EQ(found.spread, 0);
  EXPECT_GT(found.drift_p, 0.5);
  EXPECT_EQ(found.runs_p, 1);
}

}  // namespace
}  // namespace backtalk::stats
