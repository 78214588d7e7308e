// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/mean_interval.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "stats/likeness.hpp"

namespace backtalk::stats {
namespace {

constexpr double kMeanLevel = 0.95;
constexpr double kMeanLikenessMax = 0.9;  // more cannot be told from a drift

}  // namespace

std::optional<double> half_interval_of_mean(std::span<const double> values) {
  if (values.size() < kMeanValuesMin) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double mean = mean_of(values);
  double squares = 0;
  for (const double one : values) squares += (one - mean) * (one - mean);
  const double alike = std::clamp(likeness(values) + 1 / n, 0.0, kMeanLikenessMax);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), (1 + kMeanLevel) / 2);
  return t * std::sqrt(squares / (n - 1) / n * (1 + alike) / (1 - alike));
}

}  // namespace backtalk::stats
