// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run would be told if it ended now.
#pragma once

#include <span>

#include "live/figures.hpp"
#include "report/threshold.hpp"
#include "result/run_result.hpp"

namespace backtalk::live {

/// `result` is what is known of it so far. Rules of --slo about commands, connections and
/// deliveries are left out, and --fail-if about deliveries: only the end knows those.
[[nodiscard]] VerdictSoFar verdict_so_far(result::RunResult result,
                                          std::span<const report::Threshold> thresholds);

}  // namespace backtalk::live
