// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One load at several depths of pipelining, at several rates, or at each rate with each depth, one
/// after the other: `load -p 1,2,4,8 -r 1000,2000`. Where more in flight no longer brings more
/// through, it only waits longer; where a higher rate is not reached or misses a rule, the server
/// has no more to give.
#pragma once

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

namespace backtalk::series {

/// The most runs of a sweep, whose results are all kept.
inline constexpr std::size_t kSweepRunsMax = 100;

/// What is asked of one run.
struct SweepStep {
  std::uint64_t depth = 1;
  std::optional<double> rate = std::nullopt;  ///< nullopt: a closed loop
  friend bool operator==(const SweepStep&, const SweepStep&) = default;
};

/// A percentile of a run's latency, as it is kept.
struct SweepLatency {
  std::string shown;  ///< "1.23 ms (1.20–1.26)"
  std::optional<stats::Confidence> interval = std::nullopt;
};

/// A limit of --fail-if that a run crossed.
struct CrossedLimit {
  std::string limit;     ///< "p99>20ms", as it was written
  std::string sentence;  ///< "p99>20ms: measured 31.2 ms"
};

/// One run, as it is kept: the whole result takes megabytes.
struct SweepRun {
  SweepStep step;
  compare::Values values;
  compare::Bounds bounds;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  double per_s = 0;
  /// Half of the 95 % interval of `per_s`, from its seconds; nullopt: there are too few.
  std::optional<double> half_interval;
  SweepLatency p50;
  SweepLatency p99;
  result::Verdict verdict;
  std::vector<CrossedLimit> crossed;  ///< but for that of `invalid`
  /// With any --fail-if: why the result is not valid; nullopt if it is.
  std::optional<std::string> invalid = std::nullopt;
  /// Why the run does not count as a gain: it failed, missed a rule, crossed a limit, or did less
  /// than was asked; empty if it holds.
  std::string why_not;
  std::string json;  ///< of schema backtalk.load/1

  [[nodiscard]] bool holds() const { return completed > 0 && why_not.empty(); }
};

struct Sweep {
  std::string url;
  std::string protocol;
  std::string transaction;            ///< what one is called: "message"
  std::vector<std::uint64_t> depths;  ///< as they were asked for; at least one
  std::vector<double> rates;          ///< likewise; empty: a closed loop
  std::vector<SweepRun> runs;         ///< in the order of `steps_of`; fewer if it was ended early
  bool interrupted = false;
  /// Why a run could not be made, after which there are no others: the sweep failed.
  std::optional<std::string> problem;

  /// The run at which the gain ends; null if that is not known. Of each depth counts the highest
  /// rate that holds, or what the closed loop got through; of these, the gain ends at the least
  /// depth from which no deeper one gains (series/gain.hpp).
  [[nodiscard]] const SweepRun* gain_ends() const;
  /// There is a run beyond `gain_ends`: with a greater depth, or a higher rate at its depth.
  /// Without one the gain may go on, and `sentence` says that it has not ended.
  [[nodiscard]] bool gain_has_ended() const;
  /// "The gain ends at -p 4 and -r 2000: ..."
  [[nodiscard]] std::string sentence() const;
  /// "-p 4", "-r 2000", "-p 4 -r 2000": what of the step differs between runs.
  [[nodiscard]] std::string name_of(const SweepStep& step) const;
  /// Its rate is too high, which is no failure: of the same depth a lower one holds, and no higher
  /// one does. A rate that does not hold below one that does is not too high.
  [[nodiscard]] bool is_beyond(const SweepRun& run) const;
  /// No run has anything against it, but for those that are beyond.
  [[nodiscard]] bool valid() const;
  /// Why the exit status of the program is 1, if it is. That a higher rate is not reached, or
  /// misses a rule, is what a sweep over rates looks for: that fails nothing above the highest that
  /// holds. A limit of --fail-if is one of every run.
  [[nodiscard]] report::Failures failures() const;
};

/// Each depth with each rate: all rates of the first depth come first.
[[nodiscard]] std::vector<SweepStep> steps_of(std::span<const std::uint64_t> depths,
                                              std::span<const double> rates);

/// Runs a step. Returns a sentence if that cannot be done.
using RunStepOfSweep = std::function<std::variant<result::RunResult, std::string>(const SweepStep& step)>;

/// Ends early with a run that was interrupted, when `stop` says so between two runs, and with a run
/// that cannot be made. Returns the sentence of the first run if it has one.
[[nodiscard]] std::variant<Sweep, std::string> sweep(std::span<const std::uint64_t> depths,
                                                     std::span<const double> rates,
                                                     std::span<const report::Threshold> thresholds,
                                                     const RunStepOfSweep& run,
                                                     const std::function<bool()>& stop);

/// For people: a row for each run, and where the gain ends.
[[nodiscard]] std::string summarize(const Sweep& sweep);

/// Schema `backtalk.sweep/1` (docs/sweep.schema.json).
[[nodiscard]] std::string to_json(const Sweep& sweep);

}  // namespace backtalk::series
