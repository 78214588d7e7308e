// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Combines the results of several generators that loaded the same target with the same workload at
/// the same time, and those of such runs one after the other.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "result/run_result.hpp"

namespace backtalk::result {

/// Returns the combined result of all `parts`, or a sentence that says why they cannot be merged.
///
/// Nothing is lost: counts and histograms are added, so that percentiles are those of one histogram
/// of every transaction. Target, protocol and workload must be the same; seeds may differ.
///
/// Parts that have a time in common (`RunResult::spans`), or of none of which it is known, are of
/// one run: sessions, threads, rates and requested transaction counts are added too, and
/// `elapsed_ns` is the time in which at least one of them was measured. Parts that came one after
/// the other must agree on those as well, and their times add up without what lay between them:
/// rates are those of the busy time. `client.busy_max` is that of the busiest thread.
/// `examples` keeps the first of each name, command, status and line of a script.
///
/// Seconds and points of the series are added by when they were, to the nearest; those of a later
/// run follow those of the earlier. Batches, of which intervals are made, are kept only of parts
/// that began together. A note says what is lost. Histograms of single seconds are not kept, so a
/// second in which more than one part completed transactions has percentiles only if they agree.
///
/// The order of the parts affects only the order of names and examples.
/// Sentences call the parts by `names`, or "result 2" where there is none.
[[nodiscard]] std::variant<RunResult, std::string> merge(std::span<const RunResult> parts,
                                                         std::span<const std::string> names = {});

}  // namespace backtalk::result
