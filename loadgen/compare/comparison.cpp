// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "report/verdict.hpp"
#include "result/json.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::compare {
namespace {

constexpr std::size_t kTriesMax = 4;  // of a round

// One round, whole or not.
struct Round {
  std::vector<std::size_t> order;
  std::vector<Run> runs;  // by side
  std::vector<std::string> transactions;
  std::optional<Repeat> invalid;
  bool interrupted = false;
};

std::variant<Round, std::string> run_round(const Plan& plan, std::size_t number, const RunSide& run) {
  const std::size_t sides = plan.names.size();
  Round out{.order = order_of(plan.seed, number, sides),
            .runs = std::vector<Run>(sides),
            .transactions = std::vector<std::string>(sides),
            .invalid = std::nullopt};
  for (const std::size_t side : out.order) {
    auto ran = run(side, number);
    if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
    auto& result = std::get<result::RunResult>(ran);
    if (result.interrupted) {
      out.interrupted = true;
      break;
    }
    const result::Verdict verdict = report::judge(result);
    if (!verdict.valid()) {
      const result::Reason& reason = verdict.reasons.front();
      out.invalid = Repeat{
          .round = number, .side = side, .code = std::string(reason.code), .sentence = reason.sentence};
      break;
    }
    result.seconds.clear();
    out.transactions[side] = result.transaction;
    out.runs[side] = {.values = values_of(result), .json = result::to_json(result, verdict)};
  }
  return out;
}

// The logarithms of B over A; none if a run does not have the metric.
std::vector<double> log_ratios(const Side& a, const Side& b, std::size_t metric) {
  std::vector<double> out;
  for (std::size_t round = 0; round < a.runs.size(); ++round) {
    const auto& of_a = a.runs[round].values[metric];
    const auto& of_b = b.runs[round].values[metric];
    if (!of_a || !of_b) return {};
    out.push_back(std::log(*of_b / *of_a));
  }
  return out;
}

std::vector<Difference> differences(const Comparison& of, const Plan& plan) {
  std::vector<Series> series;
  std::vector<Difference> out;
  for (std::size_t b = 1; b < of.sides.size(); ++b) {
    for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
      auto ratios = log_ratios(of.sides.front(), of.sides[b], metric);
      if (ratios.size() < kRoundsMin) continue;
      const Metric& meant = metrics()[metric];
      series.push_back(
          {.metric = meant.key, .log_ratios = std::move(ratios), .primary = &meant == plan.primary});
      out.push_back({.metric = metric, .b = b, .finding = {}});
    }
  }
  const Terms terms{.alpha = of.alpha, .same_within = of.same_within};
  auto findings = find_differences(series, terms);
  add_resolutions(findings, series, terms);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].finding = findings[i];
  return out;
}

// Is what was asked answered? The primary metric decides, or any if none was named.
bool is_decided(const Comparison& of, const Plan& plan) {
  return std::ranges::any_of(of.differences, [&plan](const Difference& one) {
    const bool counts = plan.primary == nullptr || plan.primary->key == one.finding.metric;
    return counts && one.finding.word != Word::no_difference_shown;
  });
}

bool is_look(std::size_t rounds) {
  return std::ranges::find(kLooks, rounds) != kLooks.end();
}

result::Reason invalid_runs(const Comparison& of) {
  const Repeat& last = of.repeats.back();
  return {
      .code = "invalid-runs",
      .sentence = fmt::format("round {} was tried {} times and was never valid; last, {} was {}: {}",
                              last.round + 1, kTriesMax, of.sides[last.side].name, last.code, last.sentence),
      .fails = true,
      .evidence = {{"repeated", static_cast<double>(of.repeats.size())}}};
}

result::Reason too_few_rounds(const Comparison& of) {
  return {.code = "too-few-rounds",
          .sentence = fmt::format("{} whole {}: fewer than {} pairs show nothing", of.rounds(),
                                  of.rounds() == 1 ? "round" : "rounds", kRoundsMin),
          .fails = true,
          .evidence = {{"rounds", static_cast<double>(of.rounds())}}};
}

std::vector<std::string> notes_on(const Comparison& of) {
  std::vector<std::string> notes;
  if (of.interrupted)
    notes.emplace_back(
        "it was interrupted: whoever looks at the results and then stops finds differences more often than "
        "the intervals say");
  const std::set<std::string_view> transactions = [&of] {
    std::set<std::string_view> names;
    for (const Side& side : of.sides) names.insert(side.transaction);
    return names;
  }();
  if (transactions.size() > 1) notes.emplace_back("the sides' transactions are of different kinds");
  if (2 * of.repeats.size() > of.rounds() && of.rounds() > 0)
    notes.emplace_back(fmt::format(
        "{} rounds were repeated for {} that count: what makes runs invalid may not be the same on all sides",
        of.repeats.size(), of.rounds()));
  return notes;
}

void add(Comparison& to, Round&& round) {
  for (std::size_t side = 0; side < to.sides.size(); ++side) {
    to.sides[side].transaction = std::move(round.transactions[side]);
    to.sides[side].runs.push_back(std::move(round.runs[side]));
  }
  to.order.push_back(std::move(round.order));
}

}  // namespace

std::vector<std::size_t> order_of(std::uint64_t seed, std::size_t round, std::size_t sides) {
  std::vector<std::size_t> order(sides);
  std::iota(order.begin(), order.end(), std::size_t{0});
  session::SplitMix64 random(session::SplitMix64::nth(seed, round / 2));
  // Fisher and Yates; with so few sides the remainder is as good as unbiased.
  for (std::size_t left = sides; left > 1; --left) std::swap(order[left - 1], order[random.next() % left]);
  if (round % 2 == 1) std::ranges::reverse(order);
  return order;
}

std::optional<std::string> doubt_about(const Plan& plan) {
  const double alpha = plan.looks ? kLookAlpha : kAlpha;
  const std::size_t others = plan.names.size() - 1;
  const std::size_t shared = others * (plan.primary == nullptr ? kMetricCount : 1);
  std::size_t needed = rounds_to_show(shared, alpha);
  if (plan.rounds >= needed) return std::nullopt;
  if (plan.looks) needed = *std::ranges::lower_bound(kLooks, needed);
  const std::string remedy = fmt::format("{} {}", plan.looks ? "--max-rounds" : "--rounds", needed);
  // Naming the metric helps only if its own share of the level is enough.
  const bool naming = plan.primary == nullptr && plan.rounds >= rounds_to_show(others, alpha);
  return fmt::format("{} rounds cannot show a difference in {} metrics, however large it is: use {}{}",
                     plan.rounds, shared, naming ? "--primary with one of them, such as p99, or " : "",
                     remedy);
}

std::variant<Comparison, std::string> compare(const Plan& plan, const RunSide& run) {
  Comparison out;
  out.alpha = plan.looks ? kLookAlpha : kAlpha;
  out.same_within = plan.same_within;
  out.seed = plan.seed;
  for (const std::string& name : plan.names) out.sides.push_back({.name = name});
  for (std::size_t i = 0; i < std::min(plan.urls.size(), out.sides.size()); ++i)
    out.sides[i].url = plan.urls[i];
  std::size_t tries = 0;
  while (out.rounds() < plan.rounds) {
    auto ran = run_round(plan, out.rounds(), run);
    if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
    auto& round = std::get<Round>(ran);
    out.interrupted = round.interrupted;
    if (out.interrupted) break;
    ++tries;
    if (round.invalid) {
      out.repeats.push_back(std::move(*round.invalid));
      if (tries < kTriesMax && out.repeats.size() <= plan.rounds) continue;
      out.verdict.reasons.push_back(invalid_runs(out));
      break;
    }
    tries = 0;
    add(out, std::move(round));
    if (!plan.looks || !is_look(out.rounds())) continue;
    out.differences = differences(out, plan);
    if (is_decided(out, plan)) break;
  }
  out.differences = differences(out, plan);
  if (out.verdict.valid() && out.rounds() < kRoundsMin) out.verdict.reasons.push_back(too_few_rounds(out));
  // The rounds that were valid are a selection.
  if (!out.verdict.valid())
    for (Difference& one : out.differences) one.finding.word = Word::no_difference_shown;
  out.verdict.notes = notes_on(out);
  return out;
}

}  // namespace backtalk::compare
