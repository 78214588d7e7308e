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

inline constexpr std::size_t kMetricCount = 6;

struct Metric {
  std::string_view key;   ///< in JSON: "p99_ns"
  std::string_view name;  ///< in options and tables: "p99"
  /// What it takes to be known, of completed transactions in a run.
  std::uint64_t completed_min;
  double (*of)(const result::RunResult& result);
  std::string (*show)(double value);
};

[[nodiscard]] std::span<const Metric, kMetricCount> metrics();

/// Returns the metric of that name; null if there is none.
[[nodiscard]] const Metric* find_metric(std::string_view name);

/// "per_s p50 p90 ..."
[[nodiscard]] std::string metric_names();

/// In the order of `metrics`. nullopt: too few transactions completed, or the value is 0.
using Values = std::array<std::optional<double>, kMetricCount>;
[[nodiscard]] Values values_of(const result::RunResult& result);

}  // namespace backtalk::compare
