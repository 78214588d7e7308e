// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/signed_rank.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace backtalk::compare {
namespace {

// P(sum = i) if each of the ranks is in the sum with probability 1/2.
std::vector<double> distribution_of(std::span<const std::size_t> ranks) {
  const std::size_t all = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<double> probability(all + 1, 0.0);
  probability[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranks) {
    reached += rank;
    // From above, so that no rank is counted twice.
    for (std::size_t sum = reached + 1; sum-- > 0;) {
      const double without = sum + rank <= reached ? probability[sum] : 0;
      const double with = sum >= rank ? probability[sum - rank] : 0;
      probability[sum] = (without + with) / 2;
    }
  }
  return probability;
}

std::vector<std::size_t> ranks_to(std::size_t pairs) {
  std::vector<std::size_t> ranks(pairs);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  return ranks;
}

double sum_to(std::span<const double> probability, std::size_t last) {
  const auto terms = probability.first(std::min(last + 1, probability.size()));
  return std::accumulate(terms.begin(), terms.end(), 0.0);
}

struct Ranked {
  std::size_t doubled = 0;  // twice the rank, so that means of ranks are whole numbers
  int sign = 0;
};

std::vector<Ranked> rank(std::span<const double> differences) {
  std::vector<double> sorted(differences.begin(), differences.end());
  std::ranges::sort(sorted, {}, [](double value) { return std::abs(value); });
  std::vector<Ranked> out;
  out.reserve(sorted.size());
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t end = first + 1;
    while (end < sorted.size() && std::abs(sorted[end]) <= std::abs(sorted[first])) ++end;
    // The ranks first + 1 to end.
    const std::size_t doubled = first + 1 + end;
    for (std::size_t i = first; i < end; ++i)
      out.push_back({.doubled = doubled, .sign = (sorted[i] > 0 ? 1 : 0) - (sorted[i] < 0 ? 1 : 0)});
    first = end;
  }
  return out;
}

}  // namespace

double signed_rank_cdf(std::size_t pairs, std::size_t w) {
  return std::min(sum_to(distribution_of(ranks_to(pairs)), w), 1.0);
}

double signed_rank_p(std::span<const double> differences) {
  std::vector<std::size_t> signed_ranks;
  std::size_t positive = 0;
  for (const Ranked& one : rank(differences)) {
    if (one.sign == 0) continue;
    signed_ranks.push_back(one.doubled);
    if (one.sign > 0) positive += one.doubled;
  }
  const std::vector<double> probability = distribution_of(signed_ranks);
  // The distribution is symmetric: the nearer tail, twice.
  const std::size_t tail = std::min(positive, probability.size() - 1 - positive);
  return std::min(2 * sum_to(probability, tail), 1.0);
}

std::size_t walsh_cut(std::size_t pairs, double alpha) {
  const std::vector<double> probability = distribution_of(ranks_to(pairs));
  double tail = 0;
  std::size_t cut = 0;
  while (cut < probability.size() && 2 * (tail + probability[cut]) <= alpha) tail += probability[cut++];
  return cut;
}

}  // namespace backtalk::compare
