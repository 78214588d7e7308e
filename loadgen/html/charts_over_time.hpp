// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a run went on: rate, latency and failures over its time.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// The charts, and a table of their values. Of more than 300 points of the result's series, each
/// few are drawn as one, with the largest of their percentiles. Empty if nothing ended.
[[nodiscard]] std::string draw_over_time(const result::RunResult& result);

}  // namespace backtalk::html
