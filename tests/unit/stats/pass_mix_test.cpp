// SPDX-License-Identifier: Apache-2.0 OR MIT
// The passes of a mix, and the order in which they take turns.
#include "stats/pass_mix.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace backtalk::stats {
namespace {

constexpr std::array<unsigned, 4> kWeights{70, 20, 9, 1};
constexpr std::uint64_t kRound = 100;

TEST(PassMix, OfOneKindHasNoPasses) {
  EXPECT_EQ(PassMix().size(), 0U);
  EXPECT_EQ(PassMix(std::array{7U}).size(), 0U);
  EXPECT_EQ(PassMix(kWeights).size(), 4U);
}

TEST(PassMix, IsExactInEachRound) {
  const PassMix mix(kWeights);
  for (std::uint64_t round = 0; round < 50; ++round) {
    std::vector<unsigned> counts(kWeights.size());
    for (std::uint64_t i = 0; i < kRound; ++i) ++counts[mix.pass(round * kRound + i)];
    EXPECT_EQ(counts, std::vector<unsigned>(kWeights.begin(), kWeights.end())) << round;
  }
}

// Ten transactions in a row are a mix already: of 70 %, between 4 and 10.
TEST(PassMix, IsSpreadOverItsRound) {
  const PassMix mix(kWeights);
  for (std::uint64_t begin = 0; begin < 20 * kRound; ++begin) {
    unsigned first = 0;
    for (std::uint64_t i = 0; i < 10; ++i) first += mix.pass(begin + i) == 0 ? 1 : 0;
    EXPECT_GE(first, 4U) << begin;
  }
}

// A mix is a mix from the beginning, however long its round is: after any number of transactions
// each pass has had its share, to within a few. The weights are those of SPECmail2001, and some
// whose sums have divisors in common with most numbers.
TEST(PassMix, KeepsItsSharesFromTheBeginning) {
  const std::vector<std::vector<unsigned>> mixes{
      {2500, 1875, 937, 1250, 1250, 625, 313, 250, 250, 250, 125, 125, 125, 125},
      {7500, 1300, 975, 488, 650, 650, 325, 163, 130, 130, 130, 65, 65, 65, 65},
      {1, 9999},
      {10'000, 10'000, 10'000},
      {4620, 4620, 2310, 210, 30}};
  for (const std::vector<unsigned>& weights : mixes) {
    const PassMix mix(weights);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> counts(weights.size());
    for (std::uint64_t number = 0; number < 20'000; ++number) {
      ++counts[mix.pass(number)];
      for (std::size_t i = 0; i < weights.size(); ++i)
        ASSERT_NEAR(counts[i], weights[i] / sum * static_cast<double>(number + 1), 8) << i << " " << number;
    }
  }
}

// Connections that take numbers in step do not always get the same pass.
TEST(PassMix, GivesEachOfSeveralConnectionsAllPasses) {
  const PassMix mix(std::array{3U, 1U});
  std::map<std::uint64_t, std::set<std::size_t>> of_connection;
  for (std::uint64_t number = 0; number < 400; ++number) of_connection[number % 4].insert(mix.pass(number));
  for (const auto& [connection, passes] : of_connection) EXPECT_EQ(passes.size(), 2U) << connection;
}

TEST(PassMix, MeetsEveryPlaceOfARoundOnceWhateverItsLength) {
  for (std::uint64_t weights = 1; weights < 300; ++weights) {
    const session::PassOrder order(weights);
    std::set<std::uint64_t> places;
    for (std::uint64_t number = 0; number < weights; ++number) places.insert(order.place(number));
    EXPECT_EQ(places.size(), weights);
    EXPECT_LT(*places.rbegin(), weights);
  }
  EXPECT_LT(session::PassOrder(64'000).place(~std::uint64_t{0}), 64'000U);
}

// What a tally counts under a pass is what the session has said.
TEST(PassMix, IsTheOneThatSessionsFollow) {
  struct Pass {
    unsigned weight;
  };
  const std::vector<Pass> passes{{70}, {20}, {9}, {1}};
  const PassMix mix(kWeights);
  for (std::uint64_t number = 0; number < 1000; ++number)
    EXPECT_EQ(&session::pass_of(passes, kRound, number) - passes.data(),
              static_cast<std::ptrdiff_t>(mix.pass(number)));
}

}  // namespace
}  // namespace backtalk::stats
