// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "report/summary.hpp"
#include "series/repeat.hpp"
#include "text/plural.hpp"

namespace backtalk::series {
namespace {

// "in run 2", "in 3 of 5 runs, first in run 2"
std::string where(std::size_t runs, std::size_t first, const Repetition& of) {
  if (runs == 1) return fmt::format("in run {} of {}", first + 1, of.runs.size());
  return fmt::format("in {} of {} runs, first in run {}", runs, of.runs.size(), first + 1);
}

// "≥ 208 ms" where some runs have a lower bound alone.
std::string show_figure(const compare::Metric& metric, const Spread& spread, double share, double figure) {
  return (spread.is_bound(share) ? "≥ " : "") + metric.show(figure);
}

constexpr std::size_t kNameWidth = 10;

void add_spreads(const Repetition& of, std::string& out) {
  const auto to = std::back_inserter(out);
  std::size_t width = kNameWidth;
  for (std::size_t i = 0; i < compare::kMetricCount; ++i) {
    if (of.spreads[i]) width = std::max(width, compare::metrics()[i].name.size());
  }
  fmt::format_to(to, "\n{:<{}}  {:>10}  {:>10}  {:>10}  {}\n", "", width, "median", "min", "max",
                 "middle half");
  for (std::size_t i = 0; i < compare::kMetricCount; ++i) {
    const compare::Metric& metric = compare::metrics()[i];
    const auto& spread = of.spreads[i];
    if (!spread && (metric.of_server || metric.of_watch)) continue;
    if (!spread) {
      fmt::format_to(to, "{:<{}}  needs {} {} in a run\n", metric.name, width, metric.completed_min,
                     text::plural(of.transaction));
      continue;
    }
    fmt::format_to(to, "{:<{}}  {:>10}  {:>10}  {:>10}  {} to {}", metric.name, width,
                   show_figure(metric, *spread, 0.5, spread->median),
                   show_figure(metric, *spread, 0, spread->min), show_figure(metric, *spread, 1, spread->max),
                   show_figure(metric, *spread, 0.25, spread->lower_quartile),
                   show_figure(metric, *spread, 0.75, spread->upper_quartile));
    if (spread->values < of.counted()) fmt::format_to(to, "  ({} of {} runs)", spread->values, of.counted());
    out += '\n';
  }
}

std::string shown(const RepeatedRun& run, std::string_view metric) {
  for (std::size_t i = 0; i < compare::kMetricCount; ++i) {
    const compare::Metric& one = compare::metrics()[i];
    if (one.name != metric) continue;
    if (run.bounds.values[i]) return "≥ " + one.show(*run.bounds.values[i]);
    return run.values[i] ? one.show(*run.values[i]) : "-";
  }
  return "-";
}

void add_runs(const Repetition& of, std::string& out) {
  const auto to = std::back_inserter(out);
  out += '\n';
  for (std::size_t i = 0; i < of.runs.size(); ++i) {
    const RepeatedRun& run = of.runs[i];
    fmt::format_to(to, "run {:<3} {:>9}/s  p50 {:>8}  p99 {:>8}  completed {}, failed {}, unfinished {}",
                   i + 1, shown(run, "per_s"), shown(run, "p50"), shown(run, "p99"), run.completed,
                   run.failed, run.unfinished);
    if (run.interrupted) out += "  interrupted";
    const auto why =
        std::ranges::find_if(run.bounds.why, [](const std::string& one) { return !one.empty(); });
    if (why != run.bounds.why.end()) out.append("  ").append(*why);
    for (const result::Reason& reason : run.verdict.reasons) fmt::format_to(to, "  {}", reason.code);
    out += '\n';
  }
}

// What is said of several runs is said once.
void add_notes(const Repetition& of, std::string& out) {
  std::vector<std::string_view> said;
  for (const RepeatedRun& run : of.runs) {
    for (const std::string& note : run.verdict.notes) {
      // Figures differ from run to run, and the beginning of a sentence does not.
      constexpr std::size_t kSame = 20;
      const std::string_view beginning = std::string_view(note).substr(0, kSame);
      if (std::ranges::find(said, beginning) != said.end()) continue;
      said.push_back(beginning);
      fmt::format_to(std::back_inserter(out), "note: run {}: {}\n", &run - of.runs.data() + 1, note);
    }
  }
}

void add_judgement(const Repetition& of, std::string& out) {
  const auto to = std::back_inserter(out);
  if (of.problem) fmt::format_to(to, "FAILED: {}\n", *of.problem);
  for (const CommonObjective& one : of.objectives) {
    if (one.missed == 0) {
      fmt::format_to(to, "objective met {} in all runs\n", one.objective.rule);
    } else {
      fmt::format_to(to, "objective {} {} {}: {}\n", one.judged ? "MISSED" : "NOT JUDGED", one.objective.rule,
                     where(one.missed, one.first, of), one.objective.shown);
    }
  }
  add_notes(of, out);
  for (const CommonReason& one : of.reasons) {
    fmt::format_to(to, "{}: {}: {}\n", one.reason.fails ? "FAILED" : "INVALID",
                   where(one.runs, one.first, of), one.reason.sentence);
  }
}

}  // namespace

std::string summarize(const Repetition& repetition) {
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{}{} of {} {} at {}", repetition.interrupted ? "interrupted: " : "",
                 repetition.runs.size(), repetition.asked, repetition.asked == 1 ? "run" : "runs",
                 repetition.url);
  if (const auto& per_s = repetition.spreads.front())
    fmt::format_to(to, ": {} {}/s in the median", compare::metrics().front().show(per_s->median),
                   text::plural(repetition.transaction));
  out += '\n';
  add_spreads(repetition, out);
  add_runs(repetition, out);
  add_judgement(repetition, out);
  return out;
}

}  // namespace backtalk::series
