// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How much values in order of time are like their neighbours.
#pragma once

#include <cstddef>
#include <numeric>
#include <span>

namespace backtalk::stats {

/// Of at least one value.
[[nodiscard]] inline double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The lag-1 correlation; 0 if all are equal.
[[nodiscard]] inline double likeness(std::span<const double> values) {
  const double mean = mean_of(values);
  double all = 0;
  double neighbours = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double off = values[i] - mean;
    all += off * off;
    if (i > 0) neighbours += off * (values[i - 1] - mean);
  }
  return all > 0 ? neighbours / all : 0;
}

}  // namespace backtalk::stats
