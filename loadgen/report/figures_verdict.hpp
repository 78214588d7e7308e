// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether the figures of a run are worth what they seem to be.
#pragma once

#include <optional>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// More than 1 % of the transactions timed out or were unfinished, so that the upper percentiles
/// are only known to be at least so large. What Ctrl-C left unfinished does not count.
[[nodiscard]] std::optional<result::Reason> censored(const result::RunResult& result);

/// Open loop: transactions did not begin at the intervals that were asked for, because the
/// generator was late, by so much that it matters to the latencies.
[[nodiscard]] std::optional<result::Reason> arrivals_off(const result::RunResult& result);

/// The run went on to change: the median or the p99 of equal batches drifts (Spearman's rank
/// correlation with the time), or neighbours are alike (lag-1 correlation, runs above and below the
/// median), each at 0.1 %, and it is a matter of a fifth of the figure. nullopt if there are fewer
/// than ten batches.
[[nodiscard]] std::optional<result::Reason> unstable(const result::RunResult& result);

/// The mean number in flight, as it was counted, is not the rate times the mean latency (Little's
/// law), by 2 % and a microsecond for each transaction: some latencies are not those of the run.
[[nodiscard]] std::optional<result::Reason> little(const result::RunResult& result);

/// Fewer transactions than the p99 needs, or than the highest percentile of --slo.
[[nodiscard]] std::optional<result::Reason> too_short(const result::RunResult& result);

}  // namespace backtalk::report
