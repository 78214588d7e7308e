// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/joint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "report/mix_verdict.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "text/columns.hpp"

namespace backtalk::report {
namespace {

using result::JointResult;
using result::JointSide;
using result::JointStep;

bool have_rates(const std::vector<JointSide>& sides) {
  return std::ranges::all_of(sides,
                             [](const JointSide& one) { return one.result.workload.rate.has_value(); });
}

void share_out(std::vector<JointSide>& sides) {
  double rates = 0;
  double completed = 0;
  for (const JointSide& side : sides) {
    rates += side.result.workload.rate.value_or(0);
    completed += static_cast<double>(side.result.measured.completed);
  }
  for (JointSide& side : sides) {
    if (have_rates(sides)) side.asked_share = *side.result.workload.rate / rates;
    if (completed > 0) side.run_share = static_cast<double>(side.result.measured.completed) / completed;
  }
}

std::optional<result::Reason> sides_off(const std::vector<JointSide>& sides) {
  if (!have_rates(sides)) return std::nullopt;
  double all = 0;
  for (const JointSide& side : sides) all += static_cast<double>(side.result.measured.completed);
  std::vector<MixCell> cells;
  for (const JointSide& side : sides)
    cells.push_back({.expected = side.asked_share * all,
                     .completed = static_cast<double>(side.result.measured.completed)});
  const auto off = find_off(cells);
  if (!off) return std::nullopt;
  const JointSide& worst = sides[off->worst];
  return result::Reason{
      .code = "mix-off",
      .sentence = fmt::format(
          "the loads are not in the proportion that was asked for: {} of all that completed are of `{}`, and "
          "{} should be",
          show_share(worst.run_share), worst.name, show_share(worst.asked_share)),
      .fails = false,
      .evidence = {{"chi_squared", off->statistic},
                   {"critical", off->critical},
                   {"asked_share", worst.asked_share},
                   {"run_share", worst.run_share}}};
}

std::string rate_of(const JointSide& side) {
  const result::Workload& asked = side.result.workload;
  if (asked.session_rate)
    return show_rate(*asked.session_rate * static_cast<double>(asked.session_transactions()));
  return asked.rate ? show_rate(*asked.rate) : "-";
}

// "valid, 1 of 2 rules missed", "errors, rate-not-reached"
std::string verdict_of(const JointSide& side) {
  std::string out;
  for (const result::Reason& reason : side.verdict.reasons)
    out.append(out.empty() ? "" : ", ").append(reason.code);
  if (out.empty()) out = "valid";
  const auto& rules = side.verdict.objectives;
  const auto with_word = [&rules](std::string_view word) {
    return std::ranges::count_if(rules, [word](const result::Objective& one) { return one.word() == word; });
  };
  for (const auto& [word, shown] : {std::pair("MISSED", "missed"), std::pair("NOT JUDGED", "not judged")}) {
    if (const auto count = with_word(word); count > 0)
      out +=
          fmt::format(", {} of {} {} {}", count, rules.size(), rules.size() == 1 ? "rule" : "rules", shown);
  }
  return out;
}

// "80 %", or "(120 %)" of a share that is not required.
std::string show_at(const JointStep& step) {
  return step.required ? show_share(step.at) : fmt::format("({})", show_share(step.at));
}

// Null: that load was not run at that share.
const JointSide* find_side(const JointStep& step, std::string_view name) {
  const auto found = std::ranges::find(step.sides, name, &JointSide::name);
  return found == step.sides.end() ? nullptr : &*found;
}

// One row for each rule, in the columns of the shares.
void add_rules(const JointResult& joint, std::string& out) {
  std::vector<text::Row> rows;
  for (const JointSide& side : joint.steps.front().sides) {
    for (std::size_t k = 0; k < side.verdict.objectives.size(); ++k) {
      text::Row& row = rows.emplace_back(text::Row{side.name, side.verdict.objectives[k].rule});
      for (const JointStep& step : joint.steps) {
        const JointSide* const same = find_side(step, side.name);
        if (same == nullptr) {
          row.emplace_back("-");
          continue;
        }
        const result::Objective& one = same->verdict.objectives[k];
        row.push_back(fmt::format("{}: {} ({})", show_at(step), one.word(), one.shown));
      }
    }
  }
  if (rows.empty()) return;
  text::lay_out(rows, std::vector<text::Column>(rows.front().size()), out);
  out += '\n';
}

void add_table(const JointResult& joint, std::string& out) {
  using text::Column;
  constexpr std::array kColumns{Column{5, true},  Column{10, false}, Column{9, true}, Column{9, true},
                                Column{10, true}, Column{10, true},  Column{8, true}, Column{}};
  std::vector<text::Row> rows{
      {"at", "load", "requested/s", "completed/s", "p50", "p99", "failed", "verdict"}};
  for (const JointStep& step : joint.steps) {
    for (const JointSide& side : step.sides)
      rows.push_back({show_at(step), side.name, rate_of(side), fmt::format("{:.1f}", side.result.per_s()),
                      show_latency_cell(side.result, 50), show_latency_cell(side.result, 99),
                      fmt::format("{}", side.result.measured.failed), verdict_of(side)});
  }
  text::lay_out(rows, kColumns, out);
}

// What a reader would otherwise have to look for among the details.
void add_reasons(const JointResult& joint, std::string& out) {
  for (const JointStep& step : joint.steps) {
    for (const result::Reason& reason : step.verdict.reasons)
      fmt::format_to(std::back_inserter(out), "{}at {}: {}\n", step.required ? lead_of(reason) : "",
                     show_at(step), reason.sentence);
  }
}

std::string about(double share) {
  return fmt::format("at {}: ", show_share(share));
}

}  // namespace

JointStep judge_jointly(double at, std::vector<std::pair<std::string, result::RunResult>>&& results,
                        bool required) {
  JointStep step{.at = at, .required = required};
  for (auto& [name, result] : results) {
    result::Verdict verdict = judge(result);
    for (result::Reason reason : verdict.reasons) {
      reason.sentence = fmt::format("{}: {}", name, reason.sentence);
      step.verdict.reasons.push_back(std::move(reason));
    }
    step.sides.push_back(
        {.name = std::move(name), .result = std::move(result), .verdict = std::move(verdict)});
  }
  share_out(step.sides);
  if (auto off = sides_off(step.sides)) step.verdict.reasons.push_back(*std::move(off));
  return step;
}

std::string summarize(const JointResult& joint) {
  std::string out;
  const auto to = std::back_inserter(out);
  if (joint.problem)
    fmt::format_to(to, "FAILED: at {}: {}\n", show_share(joint.problem->at), joint.problem->sentence);
  if (joint.interrupted) out += "interrupted: the last figures cover the time until then\n";
  add_reasons(joint, out);
  if (!out.empty()) out += '\n';
  if (joint.steps.empty()) return out;
  add_rules(joint, out);
  add_table(joint, out);
  return out;
}

std::string show_details(const JointStep& step) {
  std::string out;
  for (const JointSide& side : step.sides)
    fmt::format_to(std::back_inserter(out), "== {}, {} of the load: {}\n{}\n", side.name, show_share(step.at),
                   side.result.url, summarize(side.result));
  using text::Column;
  constexpr std::array kColumns{Column{10, false}, Column{9, true},  Column{9, true},
                                Column{12, true},  Column{10, true}, Column{12, true}};
  std::vector<text::Row> rows{{"load", "requested", "run", "completed", "failed", "unfinished"}};
  for (const JointSide& side : step.sides) {
    const stats::TransactionTally& counted = side.result.measured;
    rows.push_back({side.name, side.asked_share > 0 ? show_share(side.asked_share) : "-",
                    show_share(side.run_share), fmt::format("{}", counted.completed),
                    fmt::format("{}", counted.failed), fmt::format("{}", counted.unfinished)});
  }
  text::lay_out(rows, kColumns, out);
  return out;
}

Failures failures_of(const JointResult& joint, std::span<const Threshold> limits) {
  Failures out;
  if (joint.problem) out.add(joint.problem->sentence, about(joint.problem->at));
  for (const JointStep& step : joint.steps) {
    if (!step.required) continue;
    for (const JointSide& side : step.sides) {
      const std::string of_side = fmt::format("{}{}: ", about(step.at), side.name);
      out.add(side.verdict, of_side);
      out.add_crossed(limits, side.result, of_side);
    }
    for (const result::Reason& reason : step.own_reasons()) {
      out.add(reason, about(step.at));
      if (!reason.fails && !limits.empty()) out.add("invalid: " + reason.sentence, about(step.at));
    }
  }
  return out;
}

}  // namespace backtalk::report
