// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/percentile.hpp"

#include <algorithm>
#include <cmath>

namespace backtalk::stats {
namespace {

constexpr double kWhole = 100;

}  // namespace

std::uint64_t samples_for(double percentile) {
  const double beyond = std::min(percentile, kWhole - percentile) / kWhole;
  constexpr double kDoubt = 0.01;
  const auto too_few = [beyond](std::uint64_t samples) {
    const auto n = static_cast<double>(samples);
    const double none = std::exp(n * std::log1p(-beyond));
    return none * (1 + n * beyond / (1 - beyond)) > kDoubt;
  };
  std::uint64_t low = 1;
  std::uint64_t high = std::uint64_t{1} << 62U;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (too_few(middle))
      low = middle + 1;
    else
      high = middle;
  }
  std::uint64_t step = 1;
  while (low / step >= 1000) step *= 10;
  return (low + step - 1) / step * step;
}

std::uint64_t samples_to_report(double percentile) {
  constexpr double kMedian = 50;
  return percentile == kMedian ? 1 : samples_for(percentile);
}

std::optional<std::uint64_t> value_below_slower(const Histogram& known, std::uint64_t slower,
                                                double percentile) {
  if (known.empty()) return std::nullopt;
  const auto count = static_cast<double>(known.count());
  const double of_known = percentile * (count + static_cast<double>(slower)) / count;
  constexpr double kRounding = 1e-9;
  if (of_known > kWhole + kRounding) return std::nullopt;
  return known.value_at_percentile(of_known);
}

std::optional<Percentile> censored_percentile(const Histogram& known, const Histogram& ages,
                                              double percentile) {
  if (known.empty() && ages.empty()) return std::nullopt;
  if (const auto value = value_below_slower(known, ages.count(), percentile))
    return Percentile{.value = *value, .at_least = false};
  Histogram all = known;
  if (!all.merge(ages)) return std::nullopt;
  return Percentile{.value = all.value_at_percentile(percentile), .at_least = true};
}

double censored_share(const Histogram& known, const Histogram& ages) {
  const auto left = static_cast<double>(ages.count());
  return left > 0 ? left / (static_cast<double>(known.count()) + left) : 0;
}

}  // namespace backtalk::stats
