// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The figures of a run in which sides are compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "result/run_result.hpp"

namespace backtalk::compare {

inline constexpr std::size_t kMetricCount = 9;

struct Figure {
  double value = 0;
  bool at_least = false;  ///< the figure is `value` or more
};

struct Metric {
  std::string_view key;   ///< in JSON: "p99_ns"
  std::string_view name;  ///< in options and tables: "p99"
  /// What it takes to be known, of transactions in a run that have completed; for a percentile,
  /// those of which it is known how long they took at least count as well. Of deliveries: messages
  /// that were accepted.
  std::uint64_t completed_min;
  Figure (*of)(const result::RunResult& result);
  std::string (*show)(double value);
  bool of_server = false;  ///< known only where the server's process was measured
  bool of_watch = false;   ///< known only where mailboxes were watched (--watch)
};

[[nodiscard]] std::span<const Metric, kMetricCount> metrics();

/// Returns the metric of that name; null if there is none.
[[nodiscard]] const Metric* find_metric(std::string_view name);

/// "per_s p50 p90 ..."
[[nodiscard]] std::string metric_names();

/// In the order of `metrics`. nullopt: too few transactions completed, the value is 0, nobody
/// measured it, or all that is known of it is a bound: a percentile that is one of transactions
/// that timed out.
using Values = std::array<std::optional<double>, kMetricCount>;
[[nodiscard]] Values values_of(const result::RunResult& result);

/// Those figures of which no more is known than that they are so much or more.
struct Bounds {
  Values values;
  std::array<std::string, kMetricCount> why;  ///< "0.5 % timed out"; empty of the others
};
[[nodiscard]] Bounds bounds_of(const result::RunResult& result);

}  // namespace backtalk::compare
