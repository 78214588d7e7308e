// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run must not do: `--fail-if 'p99>10ms'`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "result/run_result.hpp"

namespace backtalk::report {

/// METRIC (">" / "<") VALUE. Metrics: p50 p90 p99 p99.9 max mean (of the latency; the value is a time),
/// per_s, completed, failed, unfinished (a number; failed and unfinished also in per cent of what was
/// started: "failed>1%").
struct Threshold {
  std::string text;  ///< as written
  std::string metric;
  bool above = true;  ///< fails where the metric is above the value; else below
  double value = 0;   ///< times in ns
  bool per_cent = false;
};

/// The threshold, or what is wrong with the text.
[[nodiscard]] std::variant<Threshold, std::string> read_threshold(std::string_view text);

/// A sentence where the result crosses the threshold.
[[nodiscard]] std::optional<std::string> crossed(const Threshold& threshold, const result::RunResult& result);

}  // namespace backtalk::report
