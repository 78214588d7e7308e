// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/spread.hpp"

#include <algorithm>
#include <cmath>

namespace backtalk::series {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

}  // namespace

bool Spread::is_bound(double share) const {
  return bounds > 0 && std::ceil(share * static_cast<double>(values - 1)) >= static_cast<double>(below);
}

std::optional<Spread> spread_of(std::vector<double> values, const std::vector<double>& bounds) {
  values.insert(values.end(), bounds.begin(), bounds.end());
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto below =
      bounds.empty() ? values.begin() : std::ranges::lower_bound(values, std::ranges::min(bounds));
  return Spread{.median = quantile(values, 0.5),
                .min = values.front(),
                .max = values.back(),
                .lower_quartile = quantile(values, 0.25),
                .upper_quartile = quantile(values, 0.75),
                .values = values.size(),
                .bounds = bounds.size(),
                .below = static_cast<std::size_t>(below - values.begin())};
}

}  // namespace backtalk::series
