// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::compare {
namespace {

// 1.048 as "+4.8 %".
std::string change(double ratio) {
  return fmt::format("{:+.1f} %", (ratio - 1) * 100);
}

std::string per_cent(double share) {
  return fmt::format("{:.{}f} %", share * 100, share < 0.1 ? 1 : 0);
}

std::string median_of(const Side& side, std::size_t metric) {
  std::vector<double> values;
  for (const Run& run : side.runs) {
    if (run.values[metric]) values.push_back(*run.values[metric]);
  }
  if (values.empty()) return "-";
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return metrics()[metric].show(values.size() % 2 == 1 ? values[half]
                                                       : (values[half - 1] + values[half]) / 2);
}

std::string said(const Comparison& of, const Difference& one) {
  if (!of.verdict.valid()) return {};
  const Finding& found = one.finding;
  const std::string& b = of.sides[one.b].name;
  switch (found.word) {
    case Word::b_lower: return b + " is lower";
    case Word::b_higher: return b + " is higher";
    case Word::same_within: return fmt::format("the same within {:g} %", of.same_within.value_or(0) * 100);
    case Word::no_difference_shown: break;
  }
  if (!found.resolution) return "no difference shown: too few rounds for so many metrics";
  return fmt::format("no difference shown ({} or more would have been)", per_cent(*found.resolution));
}

const Difference* find(const Comparison& of, std::size_t metric, std::size_t b) {
  const auto found = std::ranges::find_if(
      of.differences, [&](const Difference& one) { return one.metric == metric && one.b == b; });
  return found == of.differences.end() ? nullptr : &*found;
}

struct Column {
  std::size_t width;  // at least
  bool right;
};

constexpr std::array kColumns{Column{10, false}, Column{12, true},  Column{10, true},
                              Column{9, true},   Column{19, false}, Column{0, false}};
constexpr std::string_view kBetween = "  ";

using Row = std::array<std::string, kColumns.size()>;

// Each column is as wide as its widest cell, so that two never run together.
void lay_out(const std::vector<Row>& rows, std::string& out) {
  std::array<std::size_t, kColumns.size()> widths{};
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    widths[i] = kColumns[i].width;
    for (const Row& row : rows) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (i > 0) line.append(kBetween);
      const std::string padding(widths[i] - row[i].size(), ' ');
      line.append(kColumns[i].right ? padding + row[i] : row[i] + padding);
    }
    out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
}

// One row for each metric: the first side beside the side `b`.
void add_rows(const Comparison& of, std::size_t b, std::string& out) {
  const Side& first = of.sides.front();
  const Side& other = of.sides[b];
  std::vector<Row> rows{{"median", first.name, other.name, other.name + "/" + first.name,
                         fmt::format("{:g} % interval", (1 - of.alpha) * 100), "verdict"}};
  for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
    const Difference* const found = find(of, metric, b);
    const Metric& meant = metrics()[metric];
    Row row{std::string(meant.name), median_of(first, metric), median_of(other, metric)};
    if (found != nullptr) {
      const Finding& shown = found->finding;
      row[3] = change(shown.ratio);
      row[4] = fmt::format("{} to {}", change(shown.low), change(shown.high));
      row[5] = said(of, *found);
    } else if (of.rounds() >= kRoundsMin) {
      row[5] = fmt::format("needs {} in every run", meant.completed_min);
    }
    rows.push_back(std::move(row));
  }
  out.append("\n");
  lay_out(rows, out);
}

}  // namespace

std::string tabulate(const Comparison& comparison) {
  std::string out;
  const auto to = std::back_inserter(out);
  for (const result::Reason& reason : comparison.verdict.reasons)
    fmt::format_to(to, "INVALID: {}\n", reason.sentence);
  for (const Side& side : comparison.sides) fmt::format_to(to, "{} {}\n", side.name, side.url);
  fmt::format_to(to, "{} {} in random order, {} repeated\n", comparison.rounds(),
                 comparison.rounds() == 1 ? "round" : "rounds", comparison.repeats.size());
  for (const Repeat& one : comparison.repeats)
    fmt::format_to(to, "repeated round {}: {} was {}: {}\n", one.round + 1, comparison.sides[one.side].name,
                   one.code, one.sentence);
  if (comparison.rounds() > 0) {
    for (std::size_t b = 1; b < comparison.sides.size(); ++b) add_rows(comparison, b, out);
  }
  for (const std::string& note : comparison.verdict.notes) fmt::format_to(to, "note: {}\n", note);
  return out;
}

}  // namespace backtalk::compare
