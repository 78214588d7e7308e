// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/repeat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/verdict.hpp"
#include "result/json.hpp"

namespace backtalk::series {
namespace {

RepeatedRun kept(const result::RunResult& result, std::span<const report::Threshold> thresholds) {
  RepeatedRun out{.values = compare::values_of(result),
                  .bounds = compare::bounds_of(result),
                  .completed = result.measured.completed,
                  .failed = result.measured.failed,
                  .unfinished = result.measured.unfinished,
                  .elapsed_s = result.elapsed_s(),
                  .interrupted = result.interrupted,
                  .verdict = report::judge(result),
                  .crossed = report::crossed(thresholds, result),
                  .json = {}};
  out.json = result::to_json(result, out.verdict);
  return out;
}

void add_reasons(const result::Verdict& verdict, std::size_t run, std::vector<CommonReason>& reasons) {
  for (const result::Reason& reason : verdict.reasons) {
    const auto known = std::ranges::find_if(
        reasons, [&](const CommonReason& one) { return one.reason.code == reason.code; });
    if (known == reasons.end()) {
      reasons.push_back({.reason = reason, .runs = 1, .first = run});
    } else {
      ++known->runs;
      known->reason.fails |= reason.fails;
    }
  }
}

void add_objectives(const result::Verdict& verdict, std::size_t run,
                    std::vector<CommonObjective>& objectives) {
  for (std::size_t i = 0; i < verdict.objectives.size(); ++i) {
    const result::Objective& objective = verdict.objectives[i];
    if (i == objectives.size()) objectives.push_back({.objective = objective});
    CommonObjective& common = objectives[i];
    if (objective.met) continue;
    common.judged |= objective.judged;
    if (common.missed++ == 0) {
      common.first = run;
      common.objective = objective;
    }
  }
}

void judge(Repetition& out) {
  for (std::size_t i = 0; i < out.runs.size(); ++i) {
    if (!out.counts(out.runs[i])) continue;
    add_reasons(out.runs[i].verdict, i, out.reasons);
    add_objectives(out.runs[i].verdict, i, out.objectives);
  }
  // In the order in which they occurred otherwise.
  std::vector<CommonReason> sorted;
  for (const bool fails : {true, false}) {
    for (const CommonReason& one : out.reasons) {
      if (one.reason.fails == fails) sorted.push_back(one);
    }
  }
  out.reasons = std::move(sorted);
}

void measure_spreads(Repetition& out) {
  for (std::size_t metric = 0; metric < compare::kMetricCount; ++metric) {
    std::vector<double> values;
    std::vector<double> bounds;
    for (const RepeatedRun& run : out.runs) {
      if (!out.counts(run)) continue;
      if (run.values[metric]) values.push_back(*run.values[metric]);
      if (run.bounds.values[metric]) bounds.push_back(*run.bounds.values[metric]);
    }
    out.spreads[metric] = spread_of(std::move(values), bounds);
  }
}

}  // namespace

std::size_t Repetition::counted() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(runs, [this](const RepeatedRun& run) { return counts(run); }));
}

report::Failures Repetition::failures() const {
  report::Failures out;
  const auto about = [](std::size_t run) { return fmt::format("run {}: ", run + 1); };
  if (problem) out.add(*problem);
  for (const CommonReason& one : reasons) out.add(one.reason, about(one.first));
  for (const CommonObjective& one : objectives) out.add(one.objective, about(one.first));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!counts(runs[i])) continue;
    for (const std::string& sentence : runs[i].crossed) out.add_crossed(sentence, about(i));
  }
  return out;
}

std::variant<Repetition, std::string> repeat(std::size_t runs, std::span<const report::Threshold> thresholds,
                                             const RunAgain& run, const std::function<bool()>& stop) {
  Repetition out;
  out.asked = runs;
  while (out.runs.size() < runs && !out.interrupted) {
    const auto ran = run(out.runs.size());
    if (const auto* problem = std::get_if<std::string>(&ran)) {
      if (out.runs.empty()) return *problem;
      out.problem = fmt::format("run {} of {} could not be made: {}", out.runs.size() + 1, runs, *problem);
      break;
    }
    const auto& result = std::get<result::RunResult>(ran);
    out.url = result.url;
    out.protocol = result.protocol;
    out.transaction = result.transaction;
    out.interrupted = result.interrupted || (out.runs.size() + 1 < runs && stop());
    out.runs.push_back(kept(result, thresholds));
  }
  measure_spreads(out);
  judge(out);
  return out;
}

}  // namespace backtalk::series
