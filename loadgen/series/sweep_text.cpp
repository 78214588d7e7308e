// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.hpp"
#include "series/sweep.hpp"
#include "text/columns.hpp"

namespace backtalk::series {
namespace {

std::string shown_of(const SweepRun& run, std::string_view name) {
  const compare::Metric* const metric = compare::find_metric(name);
  const auto i = static_cast<std::size_t>(metric - compare::metrics().data());
  if (run.bounds.values[i]) return "≥ " + metric->show(*run.bounds.values[i]);
  return run.values[i] ? metric->show(*run.values[i]) : "-";
}

// "2042 ± 31"
std::string shown_rate(const SweepRun& run) {
  const std::string figure = shown_of(run, "per_s");
  return run.half_interval && run.per_s > 0
             ? fmt::format("{} ± {}", figure, compare::find_metric("per_s")->show(*run.half_interval))
             : figure;
}

bool has_server(const Sweep& sweep) {
  const compare::Metric* const metric = compare::find_metric("server_cpu");
  const auto i = static_cast<std::size_t>(metric - compare::metrics().data());
  for (const SweepRun& run : sweep.runs) {
    if (run.values[i]) return true;
  }
  return false;
}

std::string verdict_of(const SweepRun& run) {
  std::string out;
  for (const result::Reason& reason : run.verdict.reasons)
    out.append(out.empty() ? "" : ", ").append(reason.code);
  for (const result::Objective& one : run.verdict.objectives) {
    if (!one.met) out.append(out.empty() ? "" : ", ").append(one.rule).append(" ").append(one.word());
  }
  for (const CrossedLimit& one : run.crossed)
    out.append(out.empty() ? "" : ", ").append("--fail-if ").append(one.limit);
  return out;
}

void add_table(const Sweep& sweep, std::string& out) {
  using text::Column;
  const bool served = has_server(sweep);
  text::Row head{"depth"};
  std::vector<Column> columns{Column{5, false}};
  const auto add = [&](const char* name, std::size_t width) {
    head.emplace_back(name);
    columns.push_back(Column{width, true});
  };
  if (!sweep.rates.empty()) add("requested/s", 9);
  add("per second", 12);
  add("p50", 12);
  add("p99", 12);
  add("completed", 10);
  add("failed", 8);
  add("unfinished", 10);
  if (served) add("server CPU", 10);
  head.emplace_back();
  columns.push_back(Column{});
  std::vector<text::Row> rows{head};
  for (const SweepRun& run : sweep.runs) {
    text::Row& row = rows.emplace_back(text::Row{fmt::to_string(run.step.depth)});
    if (!sweep.rates.empty()) row.push_back(report::show_rate(run.step.rate.value_or(0)));
    row.insert(row.end(), {shown_rate(run), run.p50.shown, run.p99.shown, fmt::to_string(run.completed),
                           fmt::to_string(run.failed), fmt::to_string(run.unfinished)});
    if (served) row.push_back(shown_of(run, "server_cpu"));
    row.push_back(verdict_of(run));
  }
  text::lay_out(rows, columns, out);
}

}  // namespace

std::string summarize(const Sweep& sweep) {
  std::string out;
  const auto to = std::back_inserter(out);
  const std::size_t asked = steps_of(sweep.depths, sweep.rates).size();
  fmt::format_to(to, "{}{} of {} runs at {}\n\n", sweep.interrupted ? "interrupted: " : "", sweep.runs.size(),
                 asked, sweep.url);
  add_table(sweep, out);
  fmt::format_to(to, "\n{}{}\n", sweep.sentence(),
                 sweep.rates.empty() ? " (one run of each depth: differences below 5 % say nothing)" : "");
  if (sweep.problem) fmt::format_to(to, "FAILED: {}\n", *sweep.problem);
  for (const SweepRun& run : sweep.runs) {
    const std::string name = sweep.name_of(run.step);
    const bool beyond = sweep.is_beyond(run);
    for (const result::Objective& one : run.verdict.objectives) {
      if (!one.met) fmt::format_to(to, "objective {} at {} {}: {}\n", one.word(), name, one.rule, one.shown);
    }
    for (const result::Reason& reason : run.verdict.reasons)
      fmt::format_to(to, "{}{}: {}\n", beyond ? "" : report::lead_of(reason), name, reason.sentence);
  }
  return out;
}

}  // namespace backtalk::series
