// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/mix_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

#include "report/summary.hpp"
#include "text/plural.hpp"

namespace backtalk::report {
namespace {

constexpr double kExpectedMin = 5;  // in a cell of the test (Cochran 1954)
constexpr double kOffMin = 0.05;    // of a pass's own share
constexpr double kSeldom = 0.001;   // of mixes that are as they were asked for

using Cell = MixCell;

double off(const Cell& cell) {
  return std::abs(cell.completed - cell.expected) / cell.expected;
}

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
  for (const Cell& cell : cells) sum += off(cell) * off(cell) * cell.expected;
  return sum;
}

// What chance exceeds so seldom.
double critical_value(double degrees) {
  return boost::math::quantile(boost::math::complement(boost::math::chi_squared(degrees), kSeldom));
}

}  // namespace

std::optional<OffMix> find_off(const std::vector<MixCell>& all) {
  const std::vector<Cell> cells = pooled(all);
  if (cells.size() < 2 || off(std::ranges::max(cells, {}, &off)) < kOffMin) return std::nullopt;
  const double statistic = chi_squared(cells);
  const double critical = critical_value(static_cast<double>(cells.size() - 1));
  if (statistic <= critical) return std::nullopt;
  const auto worst =
      std::ranges::max_element(all, {}, [](const Cell& one) { return off(one) * off(one) * one.expected; });
  return OffMix{
      .worst = static_cast<std::size_t>(worst - all.begin()), .statistic = statistic, .critical = critical};
}

std::optional<result::Reason> mix_off(const result::RunResult& result) {
  // Else it is not the server's doing: what was begun was the mix, to within a few of each pass.
  const bool all_completed = std::ranges::all_of(result.mix, [](const result::MixPass& pass) {
    return pass.counted.failed == 0 && pass.counted.unfinished == 0;
  });
  if (all_completed) return std::nullopt;
  const std::vector<Cell> passes = cells_of(result);
  const auto found = find_off(passes);
  if (!found) return std::nullopt;
  const Cell& worst = passes[found->worst];
  const result::MixPass& pass = result.mix[found->worst];
  const auto completed = static_cast<double>(result.measured.completed);
  return result::Reason{
      .code = "mix-off",
      .sentence =
          fmt::format("the mix is not the one that was asked for: {} of the completed {} are `{}`, and {} "
                      "should be ({} failed, "
                      "{} unfinished)",
                      show_share(worst.completed / completed), text::plural(result.transaction), pass.name,
                      show_share(worst.expected / completed), pass.counted.failed, pass.counted.unfinished),
      .fails = false,
      .evidence = {{"chi_squared", found->statistic},
                   {"critical", found->critical},
                   {"asked_share", worst.expected / completed},
                   {"run_share", worst.completed / completed}}};
}

}  // namespace backtalk::report
