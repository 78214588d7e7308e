// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A limit that fails the run when it is crossed: `--fail-if 'p99>10ms'`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "result/run_result.hpp"

namespace backtalk::report {

/// METRIC (">" / "<") VALUE. The metrics p50 p90 p99 p99.9 max mean are of the latency and take a
/// time; per_s, completed, failed, unfinished take a number. failed and unfinished also take a
/// percentage of the transactions that started: "failed>1%".
struct Threshold {
  std::string text;  ///< as the user wrote it
  std::string metric;
  bool above = true;  ///< true: fails if the metric is above the value; false: below
  double value = 0;   ///< times in ns
  bool per_cent = false;
};

/// Returns the threshold, or an error message.
[[nodiscard]] std::variant<Threshold, std::string> read_threshold(std::string_view text);

/// Returns a sentence if the result crosses the threshold.
[[nodiscard]] std::optional<std::string> crossed(const Threshold& threshold, const result::RunResult& result);

}  // namespace backtalk::report
