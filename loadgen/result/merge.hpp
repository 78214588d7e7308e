// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One result of several generators that loaded the same target with the same workload at the same
/// time.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "result/run_result.hpp"

namespace backtalk::result {

/// The result of all `parts` together; or a sentence that says why they cannot be merged.
///
/// Nothing is lost: counts and histograms add, so that percentiles are those of one histogram that
/// saw every transaction; sessions, threads, rates and counts of transactions asked for add too.
/// The rest of the workload, the target and the protocol have to be the same; seeds may differ.
/// Times are those of the part that took longest, and `client.busy_max` is that of the busiest
/// thread. `examples` keeps the first of each name, command and status.
///
/// Seconds add by their number. Histograms of single seconds are not kept, so a second in which
/// more than one part completed transactions has percentiles only if the parts agree on them.
///
/// The order of the parts decides the order of names and examples, and nothing else.
[[nodiscard]] std::variant<RunResult, std::string> merge(std::span<const RunResult> parts);

}  // namespace backtalk::result
