// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The latencies of a run by percentile.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// A chart on an axis of 1/(1 - p), on which p90, p99 and p99.9 are equally far apart, and a table
/// of the figures. Empty if nothing completed.
[[nodiscard]] std::string draw_percentiles(const result::RunResult& result);

}  // namespace backtalk::html
