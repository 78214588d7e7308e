// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/mix_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "report/summary.hpp"
#include "text/plural.hpp"

namespace backtalk::report {
namespace {

constexpr double kExpectedMin = 5;          // in a cell of the test (Cochran 1954)
constexpr double kOffMin = 0.05;            // of a pass's own share
constexpr double kNormalQuantile = 3.0902;  // 0.1 % is above

// Of the completed transactions: how many a pass has, and how many would be its share.
struct Cell {
  double expected = 0;
  double completed = 0;

  [[nodiscard]] double off() const { return std::abs(completed - expected) / expected; }
};

std::vector<Cell> cells_of(const result::RunResult& result) {
  double weights = 0;
  for (const result::MixPass& pass : result.mix) weights += static_cast<double>(pass.weight);
  std::vector<Cell> cells;
  for (const result::MixPass& pass : result.mix) {
    const double share = static_cast<double>(pass.weight) / weights;
    cells.push_back({.expected = share * static_cast<double>(result.measured.completed),
                     .completed = static_cast<double>(pass.counted.completed)});
  }
  return cells;
}

// What of too few expected ones is put together.
std::vector<Cell> pooled(const std::vector<Cell>& passes) {
  std::vector<Cell> cells;
  Cell rest;
  for (const Cell& pass : passes) {
    if (pass.expected >= kExpectedMin) {
      cells.push_back(pass);
    } else {
      rest.expected += pass.expected;
      rest.completed += pass.completed;
    }
  }
  if (rest.expected >= kExpectedMin) cells.push_back(rest);
  return cells;
}

double chi_squared(const std::vector<Cell>& cells) {
  double sum = 0;
  for (const Cell& cell : cells) sum += cell.off() * cell.off() * cell.expected;
  return sum;
}

// Wilson and Hilferty 1931: within 2 % of the quantile, whatever the degrees of freedom.
double chi_squared_quantile(double degrees) {
  const double spread = 2 / (9 * degrees);
  return degrees * std::pow(1 - spread + kNormalQuantile * std::sqrt(spread), 3);
}

}  // namespace

std::optional<result::Reason> mix_off(const result::RunResult& result) {
  const std::vector<Cell> passes = cells_of(result);
  const std::vector<Cell> cells = pooled(passes);
  if (cells.size() < 2 || std::ranges::max(cells, {}, &Cell::off).off() < kOffMin) return std::nullopt;
  const double statistic = chi_squared(cells);
  const double critical = chi_squared_quantile(static_cast<double>(cells.size() - 1));
  if (statistic <= critical) return std::nullopt;
  const auto worst = std::ranges::max_element(
      passes, {}, [](const Cell& one) { return one.off() * one.off() * one.expected; });
  const result::MixPass& pass = result.mix[static_cast<std::size_t>(worst - passes.begin())];
  const auto completed = static_cast<double>(result.measured.completed);
  return result::Reason{
      .code = "mix-off",
      .sentence =
          fmt::format("the mix is not the one that was asked for: {} of the completed {} are `{}`, and {} "
                      "should be ({} failed, "
                      "{} unfinished)",
                      show_share(worst->completed / completed), text::plural(result.transaction), pass.name,
                      show_share(worst->expected / completed), pass.counted.failed, pass.counted.unfinished),
      .fails = false,
      .evidence = {{"chi_squared", statistic},
                   {"critical", critical},
                   {"asked_share", worst->expected / completed},
                   {"run_share", worst->completed / completed}}};
}

}  // namespace backtalk::report
