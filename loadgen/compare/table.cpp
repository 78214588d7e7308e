// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compare/differences.hpp"
#include "compare/wording.hpp"
#include "text/columns.hpp"

namespace backtalk::compare {
namespace {

// Of lower bounds among the values, the median is a lower bound as well: "≥ 208 ms".
std::string median_of(const Side& side, std::size_t metric) {
  std::vector<double> values;
  std::optional<double> lowest;
  for (const Run& run : side.runs) {
    if (run.values[metric]) values.push_back(*run.values[metric]);
    const auto& bound = run.bounds.values[metric];
    if (!bound) continue;
    values.push_back(*bound);
    lowest = std::min(lowest.value_or(*bound), *bound);
  }
  if (values.empty()) return "-";
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const std::string shown =
      metrics()[metric].show(values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2);
  return lowest && *lowest <= values[half] ? "≥ " + shown : shown;
}

std::string said(const Comparison& of, const Difference& one) {
  if (!of.verdict.valid()) return {};
  return show_verdict(one.finding, of.sides[one.b].name, of.same_within,
                      of.method == Method::saved ? "runs" : "rounds");
}

const Difference* find(const Comparison& of, std::size_t metric, std::size_t b) {
  const auto found = std::ranges::find_if(
      of.differences, [&](const Difference& one) { return one.metric == metric && one.b == b; });
  return found == of.differences.end() ? nullptr : &*found;
}

using text::Column;
constexpr std::array kColumns{Column{10, false}, Column{12, true},  Column{10, true},
                              Column{9, true},   Column{19, false}, Column{0, false}};

// One row for each metric: the first side beside the side `b`.
void add_rows(const Comparison& of, std::size_t b, std::string& out) {
  const Side& first = of.sides.front();
  const Side& other = of.sides[b];
  std::vector<text::Row> rows{{"median", first.name, other.name, other.name + "/" + first.name,
                               fmt::format("{:g} % interval", (1 - of.alpha) * 100), "verdict"}};
  for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
    if (!is_asked(of, b, metric)) continue;
    const Difference* const found = find(of, metric, b);
    const Metric& meant = metrics()[metric];
    text::Row row{std::string(meant.name), median_of(first, metric), median_of(other, metric), {}, {}, {}};
    if (found != nullptr) {
      row[3] = show_change(found->finding.ratio);
      row[4] = show_interval(found->finding);
      row[5] = said(of, *found);
    } else if (const auto why = why_not_compared(of, b, metric)) {
      row[5] = "not compared: " + *why;
    } else if (of.method == Method::saved || of.rounds() >= kRoundsMin) {
      row[5] = fmt::format("needs {} in every run", meant.completed_min);
    }
    rows.push_back(std::move(row));
  }
  out.append("\n");
  text::lay_out(rows, kColumns, out);
}

// "5 saved runs of A, 6 of B, not interleaved".
std::string how_it_was_run(const Comparison& of) {
  if (of.method != Method::saved) {
    std::string out = fmt::format("{} {} in random order, {} repeated", of.rounds(),
                                  of.rounds() == 1 ? "round" : "rounds", of.repeats.size());
    if (of.method == Method::together)
      out = fmt::format("{} {}, the sides at the same time, {} repeated", of.rounds(),
                        of.rounds() == 1 ? "round" : "rounds", of.repeats.size());
    if (of.runs_a_round > 1) out.append(fmt::format("; {} runs of each side a round", of.runs_a_round));
    return out;
  }
  std::string out;
  for (const Side& side : of.sides) {
    const bool first = out.empty();
    fmt::format_to(std::back_inserter(out), "{}{}{} of {}", first ? "" : ", ", side.runs.size(),
                   !first                  ? ""
                   : side.runs.size() == 1 ? " saved run"
                                           : " saved runs",
                   side.name);
  }
  return out.append(", not interleaved");
}

constexpr std::array kStartColumns{Column{10, false}, Column{14, true}, Column{12, true}, Column{22, true},
                                   Column{0, false}};

// Deviations of logarithms: a share of the figure.
std::string show_deviation(double of_logarithms) {
  const double per_cent = 100 * std::expm1(of_logarithms);
  constexpr double kNone = 0.005;
  if (per_cent >= 99.5) return fmt::format("{:.0f} %", per_cent);  // {:.2g} has an exponent there
  return fmt::format("{:.2g} %", per_cent < kNone ? 0 : per_cent);
}

// One row for each metric of each side that was started for each round.
void add_starts(const Comparison& of, std::string& out) {
  for (std::size_t side = 0; side < of.sides.size(); ++side) {
    std::vector<text::Row> rows{{"starts", "between starts", "within one", "share of the variance", ""}};
    for (const StartsOfMetric& one : of.starts) {
      if (one.side != side) continue;
      rows.push_back({std::string(metrics()[one.metric].name), show_deviation(one.between.between),
                      show_deviation(one.between.within), fmt::format("{:.0f} %", one.between.share * 100),
                      one.between.p <= kAlpha ? "" : " may be chance"});
    }
    if (rows.size() == 1) continue;
    fmt::format_to(
        std::back_inserter(out),
        "\n{}: how much runs differ between starts of the server and within one start (one standard "
        "deviation)\n",
        of.sides[side].name);
    text::lay_out(rows, kStartColumns, out);
  }
}

}  // namespace

std::string tabulate(const Comparison& comparison) {
  std::string out;
  const auto to = std::back_inserter(out);
  for (const result::Reason& reason : comparison.verdict.reasons)
    fmt::format_to(to, "INVALID: {}\n", reason.sentence);
  for (const Side& side : comparison.sides) fmt::format_to(to, "{} {}\n", side.name, side.url);
  fmt::format_to(to, "{}\n", how_it_was_run(comparison));
  for (const Repeat& one : comparison.repeats)
    fmt::format_to(to, "repeated round {}: {} was {}: {}\n", one.round + 1, comparison.sides[one.side].name,
                   one.code, one.sentence);
  if (comparison.method == Method::saved || comparison.rounds() > 0) {
    for (std::size_t b = 1; b < comparison.sides.size(); ++b) add_rows(comparison, b, out);
  }
  add_starts(comparison, out);
  for (const std::string& note : comparison.verdict.notes) fmt::format_to(to, "note: {}\n", note);
  return out;
}

}  // namespace backtalk::compare
