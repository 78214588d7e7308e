// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/deal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace backtalk::engine {
namespace {

std::vector<Target> weighing(const std::vector<std::uint32_t>& weights) {
  std::vector<Target> targets(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) targets[i].weight = weights[i];
  return targets;
}

std::vector<std::uint32_t> dealt(const std::vector<std::uint32_t>& weights, unsigned connections) {
  auto result = deal(weighing(weights), connections);
  if (const auto* refusal = std::get_if<std::string>(&result)) {
    ADD_FAILURE() << *refusal;
    return {};
  }
  return std::get<std::vector<std::uint32_t>>(std::move(result));
}

std::string refusal_of(const std::vector<std::uint32_t>& weights, unsigned connections) {
  const auto result = deal(weighing(weights), connections);
  const auto* refusal = std::get_if<std::string>(&result);
  return refusal == nullptr ? "" : *refusal;
}

std::vector<std::uint64_t> counts(const std::vector<std::uint32_t>& targets, std::size_t kinds) {
  std::vector<std::uint64_t> counted(kinds);
  for (const std::uint32_t target : targets) ++counted[target];
  return counted;
}

using Counts = std::vector<std::uint64_t>;

TEST(Deal, OneTargetGetsEveryConnection) {
  EXPECT_EQ(dealt({7}, 5), (std::vector<std::uint32_t>{0, 0, 0, 0, 0}));
}

TEST(Deal, SharesAreByWeight) {
  EXPECT_EQ(counts(dealt({1, 1}, 10), 2), (Counts{5, 5}));
  EXPECT_EQ(counts(dealt({3, 1}, 8), 2), (Counts{6, 2}));
  EXPECT_EQ(counts(dealt({90, 9, 1}, 1000), 3), (Counts{900, 90, 10}));
}

// 10 connections at 1:1:1 are 3 1/3 each; at 5:3:1 they are 5.56, 3.33 and 1.11.
TEST(Deal, LeftoversGoToTheLargestRemainders) {
  EXPECT_EQ(counts(dealt({1, 1, 1}, 10), 3), (Counts{4, 3, 3}));
  EXPECT_EQ(counts(dealt({5, 3, 1}, 10), 3), (Counts{6, 3, 1}));
}

TEST(Deal, ATargetWithoutAShareIsRefused) {
  EXPECT_NE(refusal_of({1000, 1}, 10).find("target 2 of 2"), std::string::npos) << refusal_of({1000, 1}, 10);
  EXPECT_NE(refusal_of({1, 1, 1}, 2).find("3 targets"), std::string::npos) << refusal_of({1, 1, 1}, 2);
  EXPECT_NE(refusal_of({1, 0}, 10).find("weight"), std::string::npos) << refusal_of({1, 0}, 10);
  EXPECT_NE(refusal_of({}, 10).find("no target"), std::string::npos) << refusal_of({}, 10);
  EXPECT_EQ(refusal_of({1, 1, 1}, 3), "");
}

// Within one connection of its exact share, over all connections and over every range of them,
// since a thread gets a range.
TEST(Deal, EveryThreadHasItsPartOfEachTarget) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint32_t> weights(1 + random() % 6);
    std::uint64_t sum = 0;
    for (std::uint32_t& weight : weights) sum += weight = 1 + static_cast<std::uint32_t>(random() % 20);
    const unsigned connections = 150 + static_cast<unsigned>(random() % 1000);
    const std::vector<std::uint32_t> targets = dealt(weights, connections);
    ASSERT_EQ(targets.size(), connections);
    const Counts all = counts(targets, weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double exact = static_cast<double>(connections) * weights[i] / static_cast<double>(sum);
      ASSERT_LT(std::abs(static_cast<double>(all[i]) - exact), 1);
    }
    const std::size_t begin = random() % connections;
    const std::size_t length = random() % (connections - begin);
    const Counts some = counts({targets.begin() + static_cast<std::ptrdiff_t>(begin),
                                targets.begin() + static_cast<std::ptrdiff_t>(begin + length)},
                               weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double exact = static_cast<double>(length * all[i]) / connections;
      ASSERT_LT(std::abs(static_cast<double>(some[i]) - exact), 2);
    }
  }
}

// The sum of the largest weights does not fit 32 bits.
TEST(Deal, TheLargestWeightsDoNotOverflow) {
  EXPECT_EQ(counts(dealt({0xFFFFFFFF, 0xFFFFFFFF}, 4), 2), (Counts{2, 2}));
}

// Each of 4 parts has two connections, too few for a share of all three targets.
TEST(Deal, PartsKeepToTheWeightsTogether) {
  ClientPlan plan;
  plan.targets = weighing({5, 2, 1});
  plan.connections_of_all = 8;
  plan.connections = 2;
  std::vector<std::uint32_t> all;
  for (unsigned part = 0; part < 4; ++part) {
    plan.first_connection = part * plan.connections;
    const auto result = deal_part(plan);
    const auto& some = std::get<std::vector<std::uint32_t>>(result);
    EXPECT_EQ(some.size(), 2U);
    all.insert(all.end(), some.begin(), some.end());
  }
  EXPECT_EQ(all, dealt({5, 2, 1}, 8));
  EXPECT_EQ(counts(all, 3), (Counts{5, 2, 1}));
}

}  // namespace
}  // namespace backtalk::engine
