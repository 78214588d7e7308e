// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the verdicts are worth: comparisons of servers that are known to be equal, or not, under
// noise as machines have it. The seed is fixed, so the shares do not change from run to run.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <ostream>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compare/findings.hpp"
#include "compare/resolution.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::compare {
namespace {

constexpr int kComparisons = 2000;
constexpr std::size_t kMetrics = 6;
constexpr std::size_t kWithServer = 7;  // with the server's CPU time
constexpr std::size_t kRounds = 10;

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}

  // From 0 to 1, without either.
  double uniform() { return (static_cast<double>(bits_.next() >> 11U) + 0.5) * 0x1p-53; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

 private:
  session::SplitMix64 bits_;
};

struct Noise {
  std::string_view name;
  double stalled;   // the share of runs that something else stalls by 10 to 30 %
  double drift_sd;  // of a slow wave, correlated from run to run
  double white_sd;  // of what each run has of its own
};
std::ostream& operator<<(std::ostream& out, const Noise& noise) {
  return out << noise.name;
}

constexpr Noise kNormal{"normal", 0, 0, 0.02};
constexpr Noise kHeavyTailed{"heavy-tailed", 0.10, 0, 0.02};
constexpr Noise kDrifting{"drifting", 0.10, 0.05, 0.02};
constexpr Noise kDriftingAlone{"drifting, no stalls", 0, 0.05, 0.02};

// The noise of one metric, run after run.
class Runs {
 public:
  Runs(const Noise& noise, Random& random)
      : noise_(noise), random_(random), drift_(noise.drift_sd * random.normal()) {}

  double next() {
    constexpr double kPhi = 0.9;
    drift_ = kPhi * drift_ + noise_.drift_sd * std::sqrt(1 - kPhi * kPhi) * random_.normal();
    const double stall = random_.uniform() < noise_.stalled ? std::log(1.1 + 0.2 * random_.uniform()) : 0;
    return drift_ + noise_.white_sd * random_.normal() + stall;
  }

 private:
  Noise noise_;
  Random& random_;
  double drift_;
};

// Of one comparison: B is `slower` than A in every metric.
std::vector<Series> simulate(const Noise& noise, Random& random, std::size_t rounds, double slower,
                             std::size_t metrics = kMetrics) {
  std::vector<bool> b_first;
  for (std::size_t round = 0; round < rounds; ++round) b_first.push_back(random.uniform() < 0.5);
  std::vector<Series> out;
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    Runs runs(noise, random);
    Pairs pairs;
    for (std::size_t round = 0; round < rounds; ++round) {
      double first = runs.next();
      double second = runs.next();
      if (b_first[round]) std::swap(first, second);
      pairs.differences.push_back(std::log1p(slower) + second - first);
    }
    out.push_back({.metric = "metric", .evidence = std::move(pairs)});
  }
  return out;
}

bool any_difference(const std::vector<Finding>& findings) {
  for (const Finding& one : findings) {
    if (one.word == Word::b_higher || one.word == Word::b_lower) return true;
  }
  return false;
}

// The share of comparisons with a difference in any metric.
double share_shown(const Noise& noise, std::size_t rounds, double slower, std::size_t metrics) {
  Random random(20'261'130);
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i)
    shown += any_difference(find_differences(simulate(noise, random, rounds, slower, metrics), {})) ? 1 : 0;
  return static_cast<double>(shown) / kComparisons;
}

class EqualSides : public testing::TestWithParam<Noise> {};
INSTANTIATE_TEST_SUITE_P(Simulated, EqualSides,
                         testing::Values(kNormal, kHeavyTailed, kDrifting, kDriftingAlone));

TEST_P(EqualSides, HaveADifferenceInFivePerCentAtMost) {
  EXPECT_LE(share_shown(GetParam(), 8, 0, kMetrics), 0.05);
  EXPECT_LE(share_shown(GetParam(), kRounds, 0, kMetrics), 0.05);
  // With more rounds the level is used up: 2,000 comparisons scatter by 0.5 % around it.
  EXPECT_LE(share_shown(GetParam(), 20, 0, kMetrics), 0.06);
}

TEST_P(EqualSides, HaveADifferenceInAnyOfSevenMetricsInFivePerCentAtMost) {
  EXPECT_LE(share_shown(GetParam(), 9, 0, kWithServer), 0.05);
  EXPECT_LE(share_shown(GetParam(), kRounds, 0, kWithServer), 0.05);
  EXPECT_LE(share_shown(GetParam(), 20, 0, kWithServer), 0.06);
}

// CPU time comes in steps of 10 ms: with 12 to 13 of them in a run, many pairs are alike.
TEST(CountedInSteps, AMetricOfEqualSidesHasADifferenceInFivePerCentAtMost) {
  Random random(20'261'130);
  constexpr double kSteps = 12.5;
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i) {
    std::vector<Series> series = simulate(kNormal, random, kRounds, 0, kMetrics);
    Pairs pairs;
    for (std::size_t round = 0; round < kRounds; ++round) {
      const double a = std::round(kSteps * std::exp(0.05 * random.normal()));
      const double b = std::round(kSteps * std::exp(0.05 * random.normal()));
      pairs.differences.push_back(std::log(b / a));
    }
    series.push_back({.metric = "server_cpu_ns", .evidence = std::move(pairs)});
    shown += any_difference(find_differences(series, {})) ? 1 : 0;
  }
  EXPECT_LE(static_cast<double>(shown) / kComparisons, 0.05);
}

// The check of the check: without Holm it would find more.
TEST_P(EqualSides, WouldHaveMoreIfTheMetricsDidNotShareTheLevel) {
  Random random(20'261'130);
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const auto series = simulate(GetParam(), random, kRounds, 0);
    const bool any = std::ranges::any_of(
        series, [](const Series& one) { return any_difference(find_differences(std::span(&one, 1), {})); });
    shown += any ? 1 : 0;
  }
  EXPECT_GT(shown, kComparisons / 5);
}

// The first look that shows a difference ends the comparison.
double share_shown_in_looks(const Noise& noise, double slower, double alpha) {
  Random random(20'261'130);
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const auto all = simulate(noise, random, kLooks.back(), slower, 1);
    bool any = false;
    for (const std::size_t look : kLooks) {
      std::vector<Series> so_far = all;
      std::get<Pairs>(so_far[0].evidence).differences.resize(look);
      any = any || any_difference(find_differences(so_far, {.alpha = alpha}));
    }
    shown += any ? 1 : 0;
  }
  return static_cast<double>(shown) / kComparisons;
}

TEST_P(EqualSides, HaveADifferenceInFivePerCentOfPlannedLooks) {
  EXPECT_LE(share_shown_in_looks(GetParam(), 0, kLookAlpha), 0.055);
  EXPECT_GT(share_shown_in_looks(GetParam(), 0, kAlpha), 0.07) << "three looks at the full level";
}

// All kinds of noise together: 6,000 comparisons.
TEST(PlannedLooks, FindADifferenceInAtMostFiveAndAHalfPerCentOfSixThousand) {
  double sum = 0;
  for (const Noise& noise : {kNormal, kHeavyTailed, kDrifting})
    sum += share_shown_in_looks(noise, 0, kLookAlpha);
  EXPECT_LE(sum / 3, 0.055);
}

// Saved results: a machine that drifts makes a difference between runs of A and later runs of B.
Groups one_after_the_other(const Noise& noise, Random& random, std::size_t runs) {
  Runs all(noise, random);
  Groups out;
  for (std::size_t i = 0; i < runs; ++i) out.a.push_back(all.next());
  for (std::size_t i = 0; i < runs; ++i) out.b.push_back(all.next());
  return out;
}

double share_of_saved(const Noise& noise, std::size_t runs) {
  Random random(20'261'130);
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const std::vector<Series> series{
        {.metric = "metric", .evidence = one_after_the_other(noise, random, runs)}};
    shown += any_difference(find_differences(series, {})) ? 1 : 0;
  }
  return static_cast<double>(shown) / kComparisons;
}

TEST(SavedRuns, FindADifferenceInFivePerCentAtMostWhereNothingDrifts) {
  for (const std::size_t runs : {std::size_t{4}, std::size_t{5}, std::size_t{10}}) {
    EXPECT_LE(share_of_saved(kNormal, runs), 0.055) << runs;
    EXPECT_LE(share_of_saved(kHeavyTailed, runs), 0.055) << runs;
  }
}

TEST(SavedRuns, FindADifferenceInMoreThanATenthWhereTheMachineDrifts) {
  EXPECT_GT(share_of_saved(kDriftingAlone, 5), 0.10) << "which is why they have to be trusted";
  EXPECT_GT(share_of_saved(kDriftingAlone, 10), 0.40);
}

TEST(Power, FivePerCentSlowerIsFoundInTenRounds) {
  EXPECT_GE(share_shown(kNormal, kRounds, 0.05, 1), 0.90);
  EXPECT_GE(share_shown(kDriftingAlone, kRounds, 0.05, 1), 0.90) << "the primary metric";
  EXPECT_GE(share_shown(kNormal, kRounds, 0.05, kMetrics), 0.90) << "any of six";
  EXPECT_GE(share_shown(kNormal, kRounds, 0.05, kWithServer), 0.90) << "any of seven";
}

// How often a difference as large as the stated resolution is found.
double share_at_resolution(std::size_t rounds, std::size_t metrics) {
  Random random(20'261'130);
  const Resolution resolution({.a = rounds, .b = rounds}, kAlpha / static_cast<double>(metrics));
  int shown = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const auto series = simulate(kNormal, random, rounds, 0, metrics);
    const double shift = *resolution.of(series[0].evidence);
    // The same scatter again, in new pairs, with that difference in one metric.
    auto again = simulate(kNormal, random, rounds, 0, metrics);
    for (double& one : std::get<Pairs>(again[0].evidence).differences) one += shift;
    const Word word = find_differences(again, {})[0].word;
    shown += word == Word::b_higher ? 1 : 0;
  }
  return static_cast<double>(shown) / kComparisons;
}

TEST(ResolutionSimulated, IsFoundInFourOfFiveComparisons) {
  for (const std::size_t rounds : {std::size_t{8}, kRounds, std::size_t{16}}) {
    for (const std::size_t metrics : {std::size_t{1}, kMetrics}) {
      const double share = share_at_resolution(rounds, metrics);
      EXPECT_GE(share, 0.70) << rounds << " rounds, " << metrics << " metrics";
      EXPECT_LE(share, 0.90) << rounds << " rounds, " << metrics << " metrics";
    }
  }
}

}  // namespace
}  // namespace backtalk::compare
