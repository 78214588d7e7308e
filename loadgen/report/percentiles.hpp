// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Percentiles of latencies as a person reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "result/run_result.hpp"
#include "stats/batch_interval.hpp"
#include "stats/histogram.hpp"
#include "stats/percentile.hpp"

namespace backtalk::report {

/// "1.23 ms", or "≥ 3.00 s" of one that is only known to be at least so long.
[[nodiscard]] std::string show_figure(const stats::Percentile& figure);

/// "1.23 ms"; "needs 662 samples (has 120)" if there are too few; "-" if there are none.
[[nodiscard]] std::string show_percentile(const stats::Histogram& histogram, double percentile);

/// The same with others that nobody answered in time, and that were so old: "≥ 3.00 s".
[[nodiscard]] std::string show_percentile(const stats::Histogram& histogram, const stats::Histogram& censored,
                                          double percentile);

/// The same for a narrow cell of a table, beside the count of the samples: "needs 662" alone.
[[nodiscard]] std::string show_percentile_cell(const stats::Histogram& histogram,
                                               const stats::Histogram& censored, double percentile);

/// A percentile of a stage's latency in the same form, with censored ones, and with its interval if
/// there is one: "1.23 ms (1.20–1.26)".
[[nodiscard]] std::string show_percentile(const result::Stage& stage, double percentile,
                                          const std::optional<stats::Confidence>& interval);

/// "p50 1.00 ms, p90 1.20 ms, p99 needs 662 samples (has 120), ..., max 1.40 ms"
[[nodiscard]] std::string show_distribution(const stats::Histogram& histogram);
/// The same with others that nobody answered in time: "..., p99 ≥ 3.00 s, ..., max ≥ 3.00 s: 12 %
/// timed out".
[[nodiscard]] std::string show_distribution(const stats::Histogram& histogram,
                                            const stats::Histogram& censored, std::uint64_t timed_out);

/// A percentile of the run's latency, with censored ones: "1.23 ms", "≥ 3.00 s" or "needs 662
/// samples (has 120)"; "-" if there are none.
[[nodiscard]] std::string show_latency(const result::RunResult& result, double percentile);

/// The high end of the interval is more than three times its low end: the figure is one of many
/// that this load could have had.
[[nodiscard]] bool is_unsteady(const stats::Confidence& interval);

/// The same, with its interval if there is one: "1.23 ms (1.20–1.26)", or "(unsteady)" in its place
/// if it is that.
[[nodiscard]] std::string show_estimate(const result::RunResult& result, double percentile);

/// Both for a narrow cell of a table, beside the count of the samples: "needs 662" alone.
[[nodiscard]] std::string show_latency_cell(const result::RunResult& result, double percentile);
[[nodiscard]] std::string show_estimate_cell(const result::RunResult& result, double percentile);

/// The run's latencies in the same form, with censored ones and intervals: "p50 1.00 ms
/// (0.98–1.02), p90 ≥ 3.00 s, ..., max ≥ 3.00 s: 12 % timed out". If the high end of an interval is
/// more than three times its low end, "(unsteady)" replaces it.
[[nodiscard]] std::string show_latencies(const result::RunResult& result);

/// Delivery times in the same form. A message that did not reach its mailbox counts as slower than
/// all others.
[[nodiscard]] std::string show_latencies(const result::Deliveries& deliveries);

/// "12 % timed out, 3 % never sent, 1 % unfinished"; empty if nothing was censored.
[[nodiscard]] std::string show_censored(const result::RunResult& result);

/// Of a command, a pass or a stage, to follow its percentiles: ": 12 % timed out, 1 % unfinished";
/// empty if nothing was censored.
[[nodiscard]] std::string show_censored_part(const stats::Histogram& latency,
                                             const stats::Histogram& censored, std::uint64_t timed_out);
template <class Part>
[[nodiscard]] std::string show_censored_part(const Part& part) {
  return show_censored_part(part.latency, part.censored, part.timed_out);
}

}  // namespace backtalk::report
