// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/differences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "compare/evidence.hpp"
#include "compare/findings.hpp"

namespace backtalk::compare {
namespace {

// The logarithm of each round's value, the mean of its runs; nullopt if a run does not have the
// metric.
std::optional<std::vector<double>> logarithms(const Side& side, std::size_t metric,
                                              std::size_t runs_a_round) {
  std::vector<double> out;
  for (std::size_t i = 0; i < side.runs.size(); ++i) {
    const auto& value = side.runs[i].values[metric];
    if (!value) return std::nullopt;
    if (i % runs_a_round == 0) out.push_back(0);
    out.back() += std::log(*value) / static_cast<double>(runs_a_round);
  }
  return out;
}

std::optional<Evidence> evidence_of(const Comparison& of, std::size_t b, std::size_t metric) {
  auto of_a = logarithms(of.sides.front(), metric, of.runs_a_round);
  auto of_b = logarithms(of.sides[b], metric, of.runs_a_round);
  if (!of_a || !of_b || of_a->empty() || of_b->empty()) return std::nullopt;
  if (of.method == Method::saved) return Groups{.a = *std::move(of_a), .b = *std::move(of_b)};
  if (of_a->size() < kRoundsMin) return std::nullopt;
  Pairs pairs;
  for (std::size_t round = 0; round < of_a->size(); ++round)
    pairs.differences.push_back((*of_b)[round] - (*of_a)[round]);
  return pairs;
}

std::size_t known_runs(const Side& side, std::size_t metric) {
  return static_cast<std::size_t>(
      std::ranges::count_if(side.runs, [metric](const Run& run) { return run.values[metric].has_value(); }));
}

// "p99.9 of A is ≥ 208 ms in 3 of 10 runs (0.5 % timed out)"
std::optional<std::string> find_bound(const Side& side, std::size_t metric) {
  const Bounds* first = nullptr;
  std::size_t count = 0;
  for (const Run& run : side.runs) {
    if (!run.bounds.values[metric]) continue;
    if (count++ == 0) first = &run.bounds;
  }
  if (first == nullptr) return std::nullopt;
  const Metric& meant = metrics()[metric];
  return fmt::format("{} of {} is ≥ {} in {} of {} runs ({})", meant.name, side.name,
                     meant.show(first->values[metric].value_or(0)), count, side.runs.size(),
                     first->why[metric]);
}

std::optional<std::string> find_unmeasured(const Side& side, std::size_t metric) {
  const std::size_t missing = side.runs.size() - known_runs(side, metric);
  if (missing == 0) return std::nullopt;
  return fmt::format(
      "{} of {} is not known in {} of {} runs: it needs --server-pid or a --restart command that keeps "
      "running, "
      "a server that lives to the end of the run, and a run long enough for the kernel to count CPU time",
      metrics()[metric].name, side.name, missing, side.runs.size());
}

// Some run had messages enough for some figure of deliveries.
bool is_watched(const Side& side) {
  return std::ranges::any_of(side.runs, [](const Run& run) {
    for (std::size_t i = 0; i < kMetricCount; ++i) {
      if (metrics()[i].of_watch && (run.values[i] || run.bounds.values[i])) return true;
    }
    return false;
  });
}

std::optional<std::string> find_unwatched(const Side& side, std::size_t metric) {
  if (is_watched(side)) return find_bound(side, metric);
  return fmt::format("{} of {} is not known: it needs --watch, and {} messages in every run",
                     metrics()[metric].name, side.name, metrics()[metric].completed_min);
}

}  // namespace

std::vector<Difference> find_differences(const Comparison& of, const Metric* primary) {
  std::vector<Series> series;
  std::vector<Difference> out;
  for (std::size_t b = 1; b < of.sides.size(); ++b) {
    for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
      auto evidence = evidence_of(of, b, metric);
      if (!evidence) continue;
      const Metric& meant = metrics()[metric];
      series.push_back({.metric = meant.key, .evidence = *evidence, .primary = &meant == primary});
      out.push_back({.metric = metric, .b = b, .evidence = *std::move(evidence), .finding = {}});
    }
  }
  const Terms terms{.alpha = of.alpha, .same_within = of.same_within};
  auto findings = find_differences(series, terms);
  add_resolutions(findings, series, terms);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].finding = findings[i];
  return out;
}

bool is_asked(const Comparison& of, std::size_t b, std::size_t metric) {
  if (metrics()[metric].of_watch) return is_watched(of.sides.front()) || is_watched(of.sides[b]);
  return !metrics()[metric].of_server || known_runs(of.sides.front(), metric) > 0 ||
         known_runs(of.sides[b], metric) > 0;
}

std::optional<std::string> why_not_compared(const Comparison& of, std::size_t b, std::size_t metric) {
  const Metric& meant = metrics()[metric];
  if (!is_asked(of, b, metric)) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, b}) {
    auto why = meant.of_server  ? find_unmeasured(of.sides[side], metric)
               : meant.of_watch ? find_unwatched(of.sides[side], metric)
                                : find_bound(of.sides[side], metric);
    if (why) return why;
  }
  return std::nullopt;
}

std::vector<StartsOfMetric> find_starts(const Comparison& of) {
  std::vector<StartsOfMetric> out;
  for (std::size_t side = 0; side < of.sides.size(); ++side) {
    if (!of.sides[side].restarted) continue;
    for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
      const auto each = logarithms(of.sides[side], metric, 1);
      if (!each) continue;
      std::vector<std::vector<double>> starts;
      for (std::size_t i = 0; i < each->size(); ++i) {
        if (i % of.runs_a_round == 0) starts.emplace_back();
        starts.back().push_back((*each)[i]);
      }
      if (const auto found = between_starts(starts))
        out.push_back({.side = side, .metric = metric, .between = *found});
    }
  }
  return out;
}

}  // namespace backtalk::compare
