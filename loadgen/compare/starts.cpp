// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/starts.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace backtalk::compare {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around(std::span<const double> values, double middle) {
  return std::accumulate(values.begin(), values.end(), 0.0, [middle](double sum, double value) {
    return sum + (value - middle) * (value - middle);
  });
}

}  // namespace

std::optional<BetweenStarts> between_starts(std::span<const std::vector<double>> starts) {
  if (starts.size() < 2 || starts.front().size() < 2) return std::nullopt;
  const std::size_t runs = starts.front().size();
  std::vector<double> means;
  double within = 0;
  for (const std::vector<double>& start : starts) {
    if (start.size() != runs) return std::nullopt;
    means.push_back(mean_of(start));
    within += squares_around(start, means.back());
  }
  const auto per_start = static_cast<double>(runs);
  const auto between_degrees = static_cast<double>(starts.size() - 1);
  const auto within_degrees = static_cast<double>(starts.size() * (runs - 1));
  const double mean_between = per_start * squares_around(means, mean_of(means)) / between_degrees;
  const double mean_within = within / within_degrees;
  if (!(mean_between + mean_within > 0)) return std::nullopt;
  const double repeats = std::max(0.0, (mean_between - mean_within) / per_start);
  if (!(mean_within > 0)) return BetweenStarts{.between = std::sqrt(repeats), .share = 1, .p = 0};
  const boost::math::fisher_f chance(between_degrees, within_degrees);
  return BetweenStarts{.between = std::sqrt(repeats),
                       .within = std::sqrt(mean_within),
                       .share = repeats / (repeats + mean_within),
                       .p = cdf(complement(chance, mean_between / mean_within))};
}

}  // namespace backtalk::compare
