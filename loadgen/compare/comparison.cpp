// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "compare/differences.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::compare {
namespace {

constexpr std::size_t kTriesMax = 4;  // of a round

// One round, whole or not.
struct Round {
  std::vector<std::size_t> order;
  std::vector<std::vector<Run>> runs;  // by side
  std::vector<std::string> transactions;
  std::optional<Repeat> invalid;
  bool interrupted = false;

  [[nodiscard]] bool whole() const { return !invalid && !interrupted; }
};

// Takes the results of these sides.
void take(std::vector<result::RunResult>& results, std::span<const std::size_t> sides, std::size_t number,
          std::size_t runs_a_round, Round& out) {
  for (std::size_t i = 0; i < results.size() && out.whole(); ++i) {
    result::RunResult& result = results[i];
    const std::size_t side = sides[i / runs_a_round];
    if (result.interrupted) {
      out.interrupted = true;
      return;
    }
    const result::Verdict verdict = report::judge(result);
    if (const result::Reason* const reason = verdict.incomparable()) {
      out.invalid = Repeat{
          .round = number, .side = side, .code = std::string(reason->code), .sentence = reason->sentence};
      return;
    }
    result.drop_intervals();
    out.transactions[side] = result.transaction;
    out.runs[side].push_back(
        {.values = values_of(result), .bounds = bounds_of(result), .json = result::to_json(result, verdict)});
  }
}

std::variant<Round, std::string> run_round(const Plan& plan, std::size_t number, const RunSides& run) {
  const std::size_t sides = plan.names.size();
  Round out{.order = order_of(plan.seed, number, sides),
            .runs = std::vector<std::vector<Run>>(sides),
            .transactions = std::vector<std::string>(sides),
            .invalid = std::nullopt};
  const std::span<const std::size_t> order = out.order;
  const std::size_t at_once = plan.together ? sides : 1;
  for (std::size_t begun = 0; begun < sides && out.whole(); begun += at_once) {
    const auto group = order.subspan(begun, at_once);
    auto ran = run(group, number);
    if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
    take(std::get<std::vector<result::RunResult>>(ran), group, number, plan.runs_a_round, out);
  }
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

// `tries` is that of the last round. It may be fewer than a round may have: all rounds together are
// not repeated more often than there are rounds.
result::Reason invalid_runs(const Comparison& of, std::size_t tries) {
  const Repeat& last = of.repeats.back();
  const std::string& side = of.sides[last.side].name;
  return {
      .code = "invalid-runs",
      .sentence =
          tries == kTriesMax
              ? fmt::format("round {} was tried {} times and was never valid; last, {} was {}: {}",
                            last.round + 1, tries, side, last.code, last.sentence)
              : fmt::format(
                    "{} runs were not valid, more than there are rounds; last, in round {}, {} was {}: {}",
                    of.repeats.size(), last.round + 1, side, last.code, last.sentence),
      .fails = true,
      .evidence = {{"repeated", static_cast<double>(of.repeats.size())}}};
}

// The rounds before it are reported; whatever they show, the sides have not run as was asked.
result::Reason impossible_run(const Comparison& of, const std::string& problem) {
  return {.code = "run-impossible",
          .sentence = fmt::format("round {} could not be run: {}", of.rounds() + 1, problem),
          .fails = true,
          .evidence = {{"rounds", static_cast<double>(of.rounds())}}};
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
  if (of.method == Method::together)
    notes.emplace_back(
        "the sides ran at the same time and shared the machine and its client: their figures are those "
        "beside "
        "each other, and a difference may be larger or smaller than that of sides which have it to "
        "themselves");
  if (of.interrupted)
    notes.emplace_back(
        "it was interrupted: stopping after a look at the results finds differences more often than the "
        "intervals say");
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

// How many metrics share the level if all of them are known, those of all sides together.
std::size_t metrics_of(const Plan& plan) {
  const auto is_known = [&plan](const Metric& metric, std::size_t b) {
    const auto in_both = [b](const std::vector<bool>& sides) {
      return b < sides.size() && sides[0] && sides[b];
    };
    return (!metric.of_server || in_both(plan.server_measured)) &&
           (!metric.of_watch || in_both(plan.watched));
  };
  std::size_t count = 0;
  for (std::size_t b = 1; b < plan.names.size(); ++b)
    count += static_cast<std::size_t>(
        std::ranges::count_if(metrics(), [&](const Metric& one) { return is_known(one, b); }));
  return count;
}

// "--rounds 8"; with looks, there is one after so many rounds or more.
std::string rounds_option(const Plan& plan, std::size_t needed) {
  if (!plan.looks) return fmt::format("--rounds {}", needed);
  const auto look = std::ranges::lower_bound(kLooks, needed);
  return fmt::format("--max-rounds {}", look == kLooks.end() ? kLooks.back() : *look);
}

void add(Comparison& to, Round&& round) {
  for (std::size_t side = 0; side < to.sides.size(); ++side) {
    to.sides[side].transaction = std::move(round.transactions[side]);
    for (Run& run : round.runs[side]) to.sides[side].runs.push_back(std::move(run));
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

std::optional<std::string> why_no_limit_can_be_crossed(const Plan& plan) {
  const double alpha = plan.looks ? kLookAlpha : kAlpha;
  const std::size_t limits = (plan.names.size() - 1) * plan.limits;
  const std::size_t needed = rounds_to_show(std::max<std::size_t>(limits, 1), alpha);
  if (limits == 0 || plan.rounds >= needed) return std::nullopt;
  return fmt::format(
      "{} rounds are too few for {}, however large the difference is: use {}", plan.rounds,
      limits == 1 ? "a limit to be crossed" : fmt::format("any of {} limits to be crossed", limits),
      rounds_option(plan, needed));
}

std::optional<std::string> doubt_about(const Plan& plan) {
  const double alpha = plan.looks ? kLookAlpha : kAlpha;
  const std::size_t others = plan.names.size() - 1;
  const std::size_t shared = plan.primary == nullptr ? metrics_of(plan) : others;
  const std::size_t needed = rounds_to_show(shared, alpha);
  if (plan.rounds >= needed) return std::nullopt;
  // Naming the metric helps only if its own share of the level is enough.
  const bool naming = plan.primary == nullptr && plan.rounds >= rounds_to_show(others, alpha);
  return fmt::format("{} rounds cannot show a difference in {} metrics, however large it is: use {}{}",
                     plan.rounds, shared, naming ? "--primary with one of them, such as p99, or " : "",
                     rounds_option(plan, needed));
}

std::variant<Comparison, std::string> compare(const Plan& plan, const RunSides& run) {
  Comparison out;
  out.alpha = plan.looks ? kLookAlpha : kAlpha;
  out.same_within = plan.same_within;
  out.seed = plan.seed;
  out.method = plan.together ? Method::together : Method::rounds;
  out.runs_a_round = plan.runs_a_round;
  for (const std::string& name : plan.names) out.sides.push_back({.name = name});
  for (std::size_t i = 0; i < std::min(plan.urls.size(), out.sides.size()); ++i)
    out.sides[i].url = plan.urls[i];
  for (std::size_t i = 0; i < std::min(plan.restarted.size(), out.sides.size()); ++i)
    out.sides[i].restarted = plan.restarted[i];
  std::size_t tries = 0;
  while (out.rounds() < plan.rounds) {
    auto ran = run_round(plan, out.rounds(), run);
    if (auto* problem = std::get_if<std::string>(&ran)) {
      if (out.rounds() == 0 && out.repeats.empty()) return std::move(*problem);
      out.verdict.reasons.push_back(impossible_run(out, *problem));
      break;
    }
    auto& round = std::get<Round>(ran);
    out.interrupted = round.interrupted;
    if (out.interrupted) break;
    ++tries;
    if (round.invalid) {
      out.repeats.push_back(std::move(*round.invalid));
      if (tries < kTriesMax && out.repeats.size() <= plan.rounds) continue;
      out.verdict.reasons.push_back(invalid_runs(out, tries));
      break;
    }
    tries = 0;
    add(out, std::move(round));
    if (!plan.looks || !is_look(out.rounds())) continue;
    out.differences = find_differences(out, plan.primary);
    if (is_decided(out, plan)) break;
  }
  out.differences = find_differences(out, plan.primary);
  if (out.verdict.valid() && out.rounds() < kRoundsMin) out.verdict.reasons.push_back(too_few_rounds(out));
  // The rounds that were valid are a selection.
  if (!out.verdict.valid())
    for (Difference& one : out.differences) one.finding.word = Word::no_difference_shown;
  out.starts = find_starts(out);
  out.verdict.notes = notes_on(out);
  return out;
}

}  // namespace backtalk::compare
