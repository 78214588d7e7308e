// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run as metrics: of a result, and of a run that goes on. docs/exports.md lists them.
#pragma once

#include <string>
#include <string_view>

#include "report/metrics_text.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"
#include "stats/interval.hpp"

namespace backtalk::report {

[[nodiscard]] std::string to_metrics(const result::RunResult& result, const result::Verdict& verdict,
                                     MetricsFormat format);

/// What is known of a run while it goes on.
struct RunSoFar {
  std::string url;  ///< UTF-8
  std::string_view protocol;
  double measured_s = 0;           ///< since the warm-up was over
  const stats::Interval& counted;  ///< in the intervals that are over
};

[[nodiscard]] std::string to_metrics(const RunSoFar& run, MetricsFormat format);

}  // namespace backtalk::report
