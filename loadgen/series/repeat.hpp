// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One load, run several times: `load --repeat N`. How far the runs lie apart says what a single
/// one of them is worth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compare/metrics.hpp"
#include "report/failures.hpp"
#include "report/threshold.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"
#include "series/spread.hpp"

namespace backtalk::series {

/// One run, as it is kept: the whole result takes megabytes.
struct RepeatedRun {
  compare::Values values;
  compare::Bounds bounds;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  double elapsed_s = 0;
  bool interrupted = false;
  result::Verdict verdict;
  std::vector<std::string> crossed;  ///< a sentence for each limit of --fail-if that was
  std::string json;                  ///< of schema backtalk.load/1
};

/// What the verdicts of the runs have in common: whatever is wrong with one run is wrong with all
/// of them.
struct CommonReason {
  result::Reason reason;  ///< of the first run that has it
  std::size_t runs = 0;   ///< how many have it
  std::size_t first = 0;  ///< counted from 0
};

/// A rule of --slo.
struct CommonObjective {
  result::Objective objective;  ///< of the first run that misses it, if one does
  std::size_t missed = 0;       ///< in so many runs
  bool judged = false;          ///< one of those at least had enough to be judged by
  std::size_t first = 0;        ///< the first of them, counted from 0
};

struct Repetition {
  std::string url;
  std::string protocol;
  std::string transaction;  ///< what one is called: "message"
  std::size_t asked = 0;    ///< runs that were to be made
  std::vector<RepeatedRun> runs;
  /// In the order of `compare::metrics`, of the runs that count; nullopt: no run has the metric.
  std::array<std::optional<Spread>, compare::kMetricCount> spreads;
  std::vector<CommonReason> reasons;  ///< those that fail a run come first
  std::vector<CommonObjective> objectives;
  bool interrupted = false;
  /// Why a run could not be made, after which there are no others: the repetition failed.
  std::optional<std::string> problem;

  /// A run that was interrupted does not count, unless it is the only one.
  [[nodiscard]] bool counts(const RepeatedRun& run) const { return runs.size() == 1 || !run.interrupted; }
  [[nodiscard]] std::size_t counted() const;
  [[nodiscard]] bool valid() const { return reasons.empty() && !problem; }
  /// Why the exit status of the program is 1, if it is.
  [[nodiscard]] report::Failures failures() const;
};

/// Runs the load; the number, from 0, makes the run one of its own. Returns a sentence if that
/// cannot be done.
using RunAgain = std::function<std::variant<result::RunResult, std::string>(std::size_t number)>;

/// Ends early with a run that was interrupted, when `stop` says so between two runs, and with a run
/// that cannot be made. Returns the sentence of the first run if it has one.
[[nodiscard]] std::variant<Repetition, std::string> repeat(std::size_t runs,
                                                           std::span<const report::Threshold> thresholds,
                                                           const RunAgain& run,
                                                           const std::function<bool()>& stop);

/// For people: the median and the spread of each metric, the runs one by one, and what is wrong
/// with them.
[[nodiscard]] std::string summarize(const Repetition& repetition);

/// Schema `backtalk.repeat/1` (docs/repeat.schema.json).
[[nodiscard]] std::string to_json(const Repetition& repetition);

}  // namespace backtalk::series
