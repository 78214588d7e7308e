// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Latencies as JSON has them. Internal to this folder.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <string_view>

#include "result/json_fields.hpp"
#include "stats/batches.hpp"
#include "stats/histogram.hpp"

namespace backtalk::result {

struct Figure {
  std::string_view key;
  double percentile;
};
inline constexpr std::array kFigures{Figure{"p50", 50}, Figure{"p90", 90}, Figure{"p99", 99},
                                     Figure{"p99_9", 99.9}};

/// Of these and of others that are only known to be at least as old as `censored` says. A
/// percentile is null below the number of samples that it needs.
[[nodiscard]] boost::json::object latency(const stats::Histogram& histogram,
                                          const stats::Histogram& censored = {});

/// The percentiles that are lower bounds, since they fall among what is censored.
[[nodiscard]] boost::json::array bounds(const stats::Histogram& latency, const stats::Histogram& ages);

[[nodiscard]] boost::json::object batches(const stats::BatchSeries& series);

/// `encoded` holds the counts. `figures` holds the exact bounds, which the encoding does not
/// contain.
[[nodiscard]] stats::Histogram histogram(const Field& encoded, const Field& figures);

/// With at most so many values in all.
[[nodiscard]] stats::BatchSeries batches(const Field& field, std::uint64_t all);

}  // namespace backtalk::result
