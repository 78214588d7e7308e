// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "series/gain.hpp"
#include "stats/mean_interval.hpp"

namespace backtalk::series {
namespace {

// How many completed in each whole second of the run. A second in which nothing ended has no row.
std::vector<double> per_second(const result::RunResult& result) {
  std::vector<double> out(static_cast<std::size_t>(result.elapsed_s()), 0);
  for (const result::Second& one : result.seconds) {
    if (one.t_s >= 1 && one.t_s <= out.size()) out[one.t_s - 1] = static_cast<double>(one.completed);
  }
  return out;
}

// By more than their number scatters by chance.
bool does_less(const result::RunResult& result) {
  if (!result.workload.rate) return false;
  const double asked = *result.workload.rate * result.elapsed_s();
  return static_cast<double>(result.measured.completed) < asked * (1 - kGainMin) - 3 * std::sqrt(asked);
}

std::string why_not(const result::RunResult& result, const result::Verdict& verdict,
                    const std::vector<CrossedLimit>& crossed) {
  const auto failing = std::ranges::find_if(verdict.reasons, &result::Reason::fails);
  if (failing != verdict.reasons.end()) return std::string(failing->code);
  for (const result::Objective& one : verdict.objectives) {
    if (!one.met && one.judged) return fmt::format("{} was missed ({})", one.rule, one.shown);
  }
  if (!crossed.empty()) return "--fail-if " + crossed.front().sentence;
  return does_less(result) ? "less completed than was requested" : "";
}

SweepLatency latency_of(const result::RunResult& result, double percentile) {
  return {.shown = report::show_estimate_cell(result, percentile),
          .interval = result.latency_interval(percentile)};
}

void judge_limits(std::span<const report::Threshold> limits, const result::RunResult& result, SweepRun& out) {
  for (const report::Threshold& limit : limits) {
    auto sentence = report::crossed(limit, result);
    if (!sentence) continue;
    if (limit.asks_validity()) {
      out.invalid = std::move(sentence);
    } else {
      out.crossed.push_back({.limit = limit.text, .sentence = *std::move(sentence)});
    }
  }
}

SweepRun kept_of(const SweepStep& step, const result::RunResult& result,
                 std::span<const report::Threshold> thresholds) {
  SweepRun out{.step = step,
               .values = compare::values_of(result),
               .bounds = compare::bounds_of(result),
               .completed = result.measured.completed,
               .failed = result.measured.failed,
               .unfinished = result.measured.unfinished,
               .per_s = result.per_s(),
               .half_interval = stats::half_interval_of_mean(per_second(result)),
               .p50 = latency_of(result, 50),
               .p99 = latency_of(result, 99),
               .verdict = report::judge(result),
               .crossed = {},
               .why_not = {},
               .json = {}};
  judge_limits(thresholds, result, out);
  out.why_not = why_not(result, out.verdict, out.crossed);
  out.json = result::to_json(result, out.verdict);
  return out;
}

// What a depth got through at most. A rate that holds is known exactly: it was asked for.
struct DepthGain {
  const SweepRun* best = nullptr;  // null: no run of that depth holds
  std::uint64_t depth = 1;
  GainPoint point = {};
};

bool is_better(const SweepRun& one, const SweepRun* than) {
  return one.holds() && (than == nullptr || one.step.rate.value_or(0) > than->step.rate.value_or(0));
}

// In order of depth.
std::vector<DepthGain> gains_of(const std::vector<SweepRun>& runs) {
  std::vector<DepthGain> out;
  for (const SweepRun& run : runs) {
    auto found = std::ranges::find(out, run.step.depth, &DepthGain::depth);
    if (found == out.end()) found = out.insert(out.end(), {.depth = run.step.depth});
    if (is_better(run, found->best)) found->best = &run;
  }
  for (DepthGain& one : out) {
    one.point.holds = one.best != nullptr;
    if (one.best == nullptr) continue;
    one.point.per_s = one.best->step.rate.value_or(one.best->per_s);
    if (!one.best->step.rate) one.point.half_interval = one.best->half_interval.value_or(0);
  }
  std::ranges::sort(out, {}, &DepthGain::depth);
  return out;
}

std::optional<std::size_t> end_of(const std::vector<DepthGain>& all) {
  std::vector<GainPoint> points;
  points.reserve(all.size());
  for (const DepthGain& one : all) points.push_back(one.point);
  return gain_ends(points);
}

// "5 % more", "3 % less"
std::string difference_of(double per_s, double from) {
  const double change = per_s / from - 1;
  return fmt::format("{} {}", report::show_share(std::abs(change)), change < 0 ? "less" : "more");
}

std::string shown_per_s(double per_s) {
  return report::show_rate(std::round(per_s)) + "/s";
}

// Null: there is none, or none that got anything through.
const SweepRun* most_beyond(const std::vector<SweepRun>& runs, std::uint64_t depth) {
  const SweepRun* most = nullptr;
  for (const SweepRun& one : runs) {
    if (one.step.depth > depth && (most == nullptr || one.per_s > most->per_s)) most = &one;
  }
  return most;
}

// The lowest rate above this one, of the same depth; null: it is the highest.
const SweepRun* next_rate(const std::vector<SweepRun>& runs, const SweepStep& step) {
  const SweepRun* next = nullptr;
  for (const SweepRun& one : runs) {
    if (one.step.depth != step.depth || one.step.rate.value_or(0) <= step.rate.value_or(0)) continue;
    if (next == nullptr || *one.step.rate < *next->step.rate) next = &one;
  }
  return next;
}

std::string generator_limit(const SweepRun& run) {
  const bool bound = std::ranges::any_of(
      run.verdict.reasons, [](const result::Reason& one) { return one.code == "generator-bound"; });
  return bound ? "; there the generator was the limit, not the server" : "";
}

// "-p 8 has 3.3 % more, and what is in flight beyond that waits"
std::string beyond_depth(const Sweep& of, const SweepRun& ends, const SweepRun& deeper) {
  const std::string name = of.name_of(deeper.step);
  if (!deeper.why_not.empty())
    return fmt::format("{} does not hold: {}{}", name, deeper.why_not, generator_limit(deeper));
  const bool scatters = deeper.per_s >= ends.per_s * (1 + kGainMin);
  return fmt::format(
      "{} has {}, {}{}", name, difference_of(deeper.per_s, ends.per_s),
      scatters ? "which is no more than the runs scatter" : "and what is in flight beyond that waits",
      generator_limit(deeper));
}

// "3.1", "120": {:.2g} has an exponent from 99.5 on.
std::string show_ratio(double ratio) {
  return ratio < 99.5 ? fmt::format("{:.2g}", ratio) : fmt::format("{:.0f}", ratio);
}

std::string depth_sentence(const Sweep& of, const SweepRun& ends, const SweepRun& first) {
  std::string gained;
  if (first.step != ends.step && first.per_s > 0)
    gained = fmt::format(", {} times as many as with {}", show_ratio(ends.per_s / first.per_s),
                         of.name_of(first.step));
  const std::string name = of.name_of(ends.step);
  const SweepRun* const deeper = most_beyond(of.runs, ends.step.depth);
  if (deeper == nullptr)
    return fmt::format("the gain has not ended at {}, the deepest: {}{}; try greater depths", name,
                       shown_per_s(ends.per_s), gained);
  return fmt::format("the gain ends at {}: {}{}; {}", name, shown_per_s(ends.per_s), gained,
                     beyond_depth(of, ends, *deeper));
}

bool is_known(const SweepRun& run, std::string_view name) {
  const auto i = static_cast<std::size_t>(compare::find_metric(name) - compare::metrics().data());
  return run.values[i] || run.bounds.values[i];
}

// " with a p99 of 4.2 ms", or the p50 of a run with too few for that.
std::string with_latency(const SweepRun& run) {
  if (is_known(run, "p99")) return " with a p99 of " + run.p99.shown;
  return is_known(run, "p50") ? " with a p50 of " + run.p50.shown : "";
}

// "; -r 100 below it does not hold: errors", for each such rate of the depth.
std::string gaps_below(const Sweep& of, const SweepRun& ends) {
  std::string out;
  for (const SweepRun& one : of.runs) {
    if (one.step.depth == ends.step.depth && *one.step.rate < *ends.step.rate && !one.holds())
      out += fmt::format("; {} below it does not hold: {}", of.name_of(one.step),
                         one.why_not.empty() ? "nothing completed" : one.why_not);
  }
  return out;
}

std::string rate_sentence(const Sweep& of, const SweepRun& ends) {
  std::string name = of.name_of(ends.step);
  if (of.depths.size() > 1)
    name = fmt::format("-p {} and -r {}", ends.step.depth, report::show_rate(*ends.step.rate));
  const SweepRun* const higher = next_rate(of.runs, ends.step);
  const SweepRun* const deeper = most_beyond(of.runs, ends.step.depth);
  const std::string others =
      gaps_below(of, ends) +
      (deeper == nullptr ? "" : fmt::format("; -p {} goes no further", deeper->step.depth));
  const std::string figures = shown_per_s(ends.per_s) + with_latency(ends);
  if (higher == nullptr)
    return fmt::format("the gain has not ended at {}, the highest rate: {}{}; try higher rates", name,
                       figures, others);
  return fmt::format("the gain ends at {}: {}; {} has {} and does not hold: {}{}{}", name, figures,
                     of.name_of(higher->step), shown_per_s(higher->per_s), higher->why_not,
                     generator_limit(*higher), others);
}

}  // namespace

const SweepRun* Sweep::gain_ends() const {
  if (std::ranges::count_if(runs, [](const SweepRun& one) { return one.completed > 0; }) < 2) return nullptr;
  const std::vector<DepthGain> all = gains_of(runs);
  const auto end = end_of(all);
  return end ? all[*end].best : nullptr;
}

bool Sweep::gain_has_ended() const {
  const SweepRun* const ends = gain_ends();
  if (ends == nullptr) return false;
  return ends->step.rate ? next_rate(runs, ends->step) != nullptr
                         : most_beyond(runs, ends->step.depth) != nullptr;
}

bool Sweep::is_beyond(const SweepRun& run) const {
  if (!run.step.rate) return false;
  const SweepRun* highest = nullptr;
  for (const SweepRun& one : runs) {
    if (one.step.depth == run.step.depth && is_better(one, highest)) highest = &one;
  }
  return highest != nullptr && *run.step.rate > *highest->step.rate;
}

std::string Sweep::name_of(const SweepStep& step) const {
  std::string out;
  if (depths.size() > 1 || !step.rate) out = fmt::format("-p {}", step.depth);
  if (step.rate) out += fmt::format("{}-r {}", out.empty() ? "" : " ", report::show_rate(*step.rate));
  return out;
}

std::string Sweep::sentence() const {
  const std::string unknown = "where the gain ends is not known: ";
  if (std::ranges::count_if(runs, [](const SweepRun& one) { return one.completed > 0; }) < 2)
    return unknown + "two runs at least have to complete something";
  const SweepRun* const ends = gain_ends();
  if (ends == nullptr)
    return fmt::format("{}no run holds; {}: {}", unknown, name_of(runs.front().step), runs.front().why_not);
  if (ends->step.rate) return rate_sentence(*this, *ends);
  const auto first = std::ranges::min_element(runs, {}, [](const SweepRun& one) { return one.step.depth; });
  return depth_sentence(*this, *ends, *first);
}

bool Sweep::valid() const {
  return !problem && std::ranges::all_of(
                         runs, [this](const SweepRun& one) { return one.verdict.valid() || is_beyond(one); });
}

report::Failures Sweep::failures() const {
  report::Failures out;
  if (problem) out.add(*problem);
  for (const SweepRun& run : runs) {
    const std::string about = name_of(run.step) + ": ";
    const bool beyond = is_beyond(run);
    if (!beyond) out.add(run.verdict, about);
    for (const CrossedLimit& one : run.crossed) out.add_crossed(one.sentence, about);
    if (run.invalid && !beyond) out.add_crossed(*run.invalid, about);
  }
  return out;
}

std::vector<SweepStep> steps_of(std::span<const std::uint64_t> depths, std::span<const double> rates) {
  std::vector<SweepStep> out;
  for (const std::uint64_t depth : depths) {
    if (rates.empty()) out.push_back({.depth = depth});
    for (const double rate : rates) out.push_back({.depth = depth, .rate = rate});
  }
  return out;
}

std::variant<Sweep, std::string> sweep(std::span<const std::uint64_t> depths, std::span<const double> rates,
                                       std::span<const report::Threshold> thresholds,
                                       const RunStepOfSweep& run, const std::function<bool()>& stop) {
  Sweep out;
  out.depths.assign(depths.begin(), depths.end());
  out.rates.assign(rates.begin(), rates.end());
  const std::vector<SweepStep> steps = steps_of(depths, rates);
  for (const SweepStep& step : steps) {
    const auto ran = run(step);
    if (const auto* problem = std::get_if<std::string>(&ran)) {
      if (out.runs.empty()) return *problem;
      out.problem = fmt::format("{} could not be run: {}", out.name_of(step), *problem);
      break;
    }
    const auto& result = std::get<result::RunResult>(ran);
    out.url = result.url;
    out.protocol = result.protocol;
    out.transaction = result.transaction;
    out.runs.push_back(kept_of(step, result, thresholds));
    out.interrupted = result.interrupted || (out.runs.size() < steps.size() && stop());
    if (out.interrupted) break;
  }
  return out;
}

}  // namespace backtalk::series
