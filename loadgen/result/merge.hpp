// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Combines the results of several generators that loaded the same target with the same workload at
/// the same time.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "result/run_result.hpp"

namespace backtalk::result {

/// Returns the combined result of all `parts`, or a sentence that says why they cannot be merged.
///
/// Nothing is lost: counts and histograms are added, so that percentiles are those of one histogram
/// of every transaction. Sessions, threads, rates and requested transaction counts are added too.
/// The rest of the workload, the target and the protocol must be the same; seeds may differ. Times
/// are those of the part that took longest, and `client.busy_max` is that of the busiest thread.
/// `examples` keeps the first of each name, command, status and line of a script.
///
/// Seconds are added by their number. Histograms of single seconds are not kept, so a second in
/// which more than one part completed transactions has percentiles only if the parts agree on them.
///
/// The order of the parts affects only the order of names and examples.
[[nodiscard]] std::variant<RunResult, std::string> merge(std::span<const RunResult> parts);

}  // namespace backtalk::result
