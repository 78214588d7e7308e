// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/rank_sum.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace backtalk::compare {
namespace {

// How many choices of `chosen` of the ranks have each sum. They are counted as floating-point
// numbers: there may be more than any integer holds, and only their shares matter.
std::vector<double> choices_by_sum(std::span<const std::size_t> ranks, std::size_t chosen) {
  const std::size_t all = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(all + 1, 0.0));
  ways[0][0] = 1;
  for (const std::size_t rank : ranks) {
    // From above, so that no rank is chosen twice.
    for (std::size_t number = chosen; number > 0; --number) {
      for (std::size_t sum = all + 1; sum-- > rank;) ways[number][sum] += ways[number - 1][sum - rank];
    }
  }
  return std::move(ways[chosen]);
}

// P(sum of the ranks of the chosen = i).
std::vector<double> shares_by_sum(std::span<const std::size_t> ranks, std::size_t chosen) {
  std::vector<double> out = choices_by_sum(ranks, chosen);
  const double all = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& one : out) one /= all;
  return out;
}

// P(U = i): of B's ranks without ties, counted from 0, U is the sum less the smallest there is.
std::vector<double> shares_of_u(std::size_t a, std::size_t b) {
  std::vector<std::size_t> ranks(a + b);
  std::iota(ranks.begin(), ranks.end(), std::size_t{0});
  const std::vector<double> by_sum = shares_by_sum(ranks, b);
  const auto smallest = static_cast<std::ptrdiff_t>(b * (b - std::min<std::size_t>(b, 1)) / 2);
  return {by_sum.begin() + smallest, by_sum.begin() + smallest + static_cast<std::ptrdiff_t>(a * b + 1)};
}

struct RunOfSide {
  double value = 0;
  bool of_b = false;
};

}  // namespace

double rank_sum_cdf(std::size_t a, std::size_t b, std::size_t u) {
  const std::vector<double> shares = shares_of_u(a, b);
  const auto end = shares.begin() + static_cast<std::ptrdiff_t>(std::min(u + 1, shares.size()));
  return std::min(std::accumulate(shares.begin(), end, 0.0), 1.0);
}

double rank_sum_p(std::span<const double> a, std::span<const double> b) {
  std::vector<RunOfSide> runs;
  for (const double value : a) runs.push_back({.value = value, .of_b = false});
  for (const double value : b) runs.push_back({.value = value, .of_b = true});
  std::ranges::sort(runs, {}, &RunOfSide::value);
  std::vector<std::size_t> ranks;  // twice, so that means of ranks are whole numbers
  std::size_t of_b = 0;
  for (std::size_t first = 0; first < runs.size();) {
    std::size_t end = first + 1;
    while (end < runs.size() && runs[end].value <= runs[first].value) ++end;
    for (std::size_t i = first; i < end; ++i) {
      ranks.push_back(first + 1 + end);
      if (runs[i].of_b) of_b += ranks.back();
    }
    first = end;
  }
  const std::vector<double> shares = shares_by_sum(ranks, b.size());
  double below = 0;
  double above = 0;
  for (std::size_t sum = 0; sum < shares.size(); ++sum) {
    if (sum <= of_b) below += shares[sum];
    if (sum >= of_b) above += shares[sum];
  }
  return std::min(2 * std::min(below, above), 1.0);
}

std::size_t difference_cut(std::size_t a, std::size_t b, double alpha) {
  if (a == 0 || b == 0) return 0;
  const std::vector<double> shares = shares_of_u(a, b);
  double tail = 0;
  std::size_t cut = 0;
  while (cut < shares.size() && 2 * (tail + shares[cut]) <= alpha) tail += shares[cut++];
  return cut;
}

}  // namespace backtalk::compare
