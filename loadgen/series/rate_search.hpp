// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The highest rate at which a server keeps a goal: `load --find-rate 'p99<20ms'`.
///
/// Each step is a run of its own, an open loop with a constant rate. A rate is kept if its run is
/// valid and meets the goal. The rate is doubled until it is not kept, then the interval between
/// the two is halved (by ratio) until it is as narrow as `kPrecision`, and the rate that was kept
/// has to be kept once more, for twice as long and with 1,500 transactions, unless that would take
/// more than a sixth of the time that the search may take. A step that is not kept is run again,
/// since anything may have disturbed it: only if both fail is the rate too high.
///
/// Two kinds of steps prove nothing about the server and are repeated: one whose own generator was
/// late or busy, and one with too few answers for a rule of the goal, which is repeated for longer.
/// If such a rate never proves anything, the search goes on below it, and its result is in doubt.
/// It ends at a rate with too few answers, because a lower one has even fewer.
///
/// A goal that no rate keeps ends the search at `lowest_rate`. If no connection can be opened at
/// all, it ends with the first step. In any case it ends after `kStepsMax` steps, and begins no
/// step that would end after `time_max_ns`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/failures.hpp"
#include "report/threshold.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::series {

/// How close the rate that is kept comes to one that is not.
inline constexpr double kPrecision = 0.02;
/// Where the search begins, unless it is told.
inline constexpr double kFirstRate = 100;
/// No lower rate is tried, whatever the goal.
inline constexpr double kLowestRate = 0.1;
/// More steps than a search needs unless most of them are disturbed.
inline constexpr std::size_t kStepsMax = 60;

struct SearchPlan {
  double first_rate = kFirstRate;
  double highest_rate = 1e7;
  std::uint64_t duration_ns = 0;  ///< of a step, at least
  /// How many transactions the goal needs: steps with a low rate take longer.
  std::uint64_t samples = 0;
};

/// The lowest rate that is tried: at a lower one a step would have fewer than five transactions or,
/// for a goal that needs many, would take more than two minutes (with a long `duration_ns`: ten
/// times that). It is a quarter of the first rate at most, which may be lower still.
[[nodiscard]] double lowest_rate(const SearchPlan& plan);

/// How long the whole search may take: half an hour, or thirty times as long as its first step.
[[nodiscard]] std::uint64_t time_max_ns(const SearchPlan& plan);

struct AskedStep {
  double rate = 0;
  std::uint64_t duration_ns = 0;
  bool confirms = false;
  std::size_t number = 0;  ///< counted from 0: each has random numbers of its own
};

/// Runs a step. `workload.slo` of the result has the goal. Returns a sentence if it cannot be done.
using RunStep = std::function<std::variant<result::RunResult, std::string>(const AskedStep& step)>;

/// The functions that the search calls.
struct SearchMeans {
  RunStep run;
  std::function<bool()> stop;  ///< asked between two steps whether to end early
  std::function<std::uint64_t()> now_ns;
};

/// One step, as it is kept: the whole result takes megabytes.
struct SearchStep {
  AskedStep asked;
  bool kept = false;
  bool judged = false;   ///< false: cut short, about the generator, or `too_few`
  bool too_few = false;  ///< a rule had too few answers to be judged by
  double had = 0;        ///< if `too_few`: the share that it had of the answers that the rule needs
  bool cut_short = false;
  double per_s = 0;          ///< completed
  std::uint64_t ran_ns = 0;  ///< how long it lasted, which may be other than what was asked
  result::Verdict verdict;
  std::string json;  ///< of schema backtalk.load/1, without its seconds
};

/// What ended the search.
enum class SearchEnd : std::uint8_t {
  itself,     ///< the search was done
  interrupt,  ///< Ctrl-C
  steps,      ///< it reached `kStepsMax`
  time,       ///< the next step would have ended after `time_max_ns`
  problem     ///< a step could not be run
};

/// A step that could not be run.
struct SearchProblem {
  AskedStep asked;
  std::string sentence;
};

struct RateSearch {
  std::string url;
  std::string protocol;
  std::string transaction;  ///< what one is called: "message"
  std::string goal;
  std::vector<SearchStep> steps;
  std::optional<double> rate;               ///< the highest that is kept, and was confirmed
  std::optional<double> too_high;           ///< the lowest that is not
  std::optional<std::size_t> limit;         ///< the step that says why no higher one is
  std::optional<std::size_t> confirmed_by;  ///< a step
  /// The result of that step.
  std::optional<result::RunResult> at_rate;
  double lowest_rate = kLowestRate;
  std::uint64_t time_max_ns = 0;
  SearchEnd ended_by = SearchEnd::itself;
  std::optional<SearchProblem> problem;

  /// The highest rate that a step has kept, confirmed or not, and that no later step refutes.
  [[nodiscard]] std::optional<double> kept() const;
  /// Why the rate is not the server's; nullopt: it is, as far as is known.
  [[nodiscard]] std::optional<std::string> doubt() const;
  /// Why there is no rate, as a sentence; nullopt: there is one.
  [[nodiscard]] std::optional<std::string> why_none() const;
  /// Why the exit status of the program is 1, if it is. Limits of --fail-if judge the run that
  /// confirmed the rate, and with them a doubt is a reason.
  [[nodiscard]] report::Failures failures(std::span<const report::Threshold> limits) const;
};

/// Returns the steps that ran, however the search ended, or the sentence of `SearchMeans::run` if
/// the first step cannot be run.
[[nodiscard]] std::variant<RateSearch, std::string> find_rate(const SearchPlan& plan,
                                                              const SearchMeans& means);

/// For people: the rate, and the trail that led to it.
[[nodiscard]] std::string summarize(const RateSearch& search);

/// Schema `backtalk.find-rate/1` (docs/find-rate.schema.json).
[[nodiscard]] std::string to_json(const RateSearch& search);

}  // namespace backtalk::series
