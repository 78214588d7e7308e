// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/rate_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "report/verdict.hpp"
#include "result/json.hpp"

namespace backtalk::series {
namespace {

constexpr double kNoRate = 0;
constexpr double kEveryRate = std::numeric_limits<double>::infinity();
constexpr double kNsPerSecond = 1e9;
constexpr std::uint64_t kMinuteNs = 60'000'000'000;
constexpr std::uint64_t kConfirmsFor = 2;  // times as long as a step
// A queue that grows by 5 % of what arrives is told from chance by so many transactions.
constexpr double kConfirmsWith = 1500;
constexpr std::size_t kConfirmationsMax = 8;
constexpr int kUnjudgedMax = 4;  // steps in a row at a rate that prove nothing
// The lowest rate: how long a step may take for its samples, and how many a step has without.
constexpr std::uint64_t kLongStepNs = 2 * kMinuteNs;
constexpr std::uint64_t kLongStepTimes = 10;
constexpr double kFewest = 5;
// The whole search.
constexpr std::uint64_t kTimeNs = 30 * kMinuteNs;
constexpr std::uint64_t kTimeInFirstSteps = 30;
// A rule with too few answers: how much longer the next step is, and which share of the whole
// search it may take.
constexpr double kLongerMin = 1.5;
constexpr double kLongerBlindly = 4;
constexpr std::uint64_t kLongestShare = 6;
constexpr double kMoreMin = 1.2;  // answers, as a ratio, of a step that is twice as long
// Reasons that are not about the rate: the goal says for itself how many samples it needs, and each
// step is tried twice.
constexpr std::array<std::string_view, 2> kNotAboutTheRate{"too-short", "unstable"};
// Reasons that are about the generator and not about the server.
constexpr std::array<std::string_view, 3> kAboutTheGenerator{"generator-bound", "ports-exhausted",
                                                             "arrivals-off"};

template <std::size_t kCount>
bool is_among(std::string_view code, const std::array<std::string_view, kCount>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

template <std::size_t kCount>
bool has_one_of(const result::Verdict& verdict, const std::array<std::string_view, kCount>& codes) {
  return std::ranges::any_of(verdict.reasons,
                             [&codes](const result::Reason& one) { return is_among(one.code, codes); });
}

// What a whole step says about its rate.
enum class Shown : std::uint8_t { kept, too_high, late_generator, too_few };

Shown shown_by(const result::Verdict& verdict, std::uint64_t started) {
  const auto& rules = verdict.objectives;
  if (started == 0) return Shown::too_few;
  if (has_one_of(verdict, kAboutTheGenerator)) return Shown::late_generator;
  if (!std::ranges::all_of(verdict.reasons,
                           [](const result::Reason& one) { return is_among(one.code, kNotAboutTheRate); }))
    return Shown::too_high;
  if (std::ranges::all_of(rules, &result::Objective::met)) return Shown::kept;
  const bool missed =
      std::ranges::any_of(rules, [](const result::Objective& one) { return !one.met && one.judged; });
  return missed ? Shown::too_high : Shown::too_few;
}

// Nothing listens there: a lower rate would not help.
bool is_without_server(const result::RunResult& result) {
  return result.measured.completed == 0 && result.connections.opened == 0 && result.connections.failed > 0;
}

// Of the rules with too few answers, the smallest share of what they need.
double scarcest(const result::Verdict& verdict) {
  double share = 1;
  for (const result::Objective& one : verdict.objectives) {
    if (one.needed > 0)
      share = std::min(share, static_cast<double>(one.samples) / static_cast<double>(one.needed));
  }
  return share;
}

// Four digits: rates that people read.
double rounded(double rate) {
  const double step = std::pow(10, std::floor(std::log10(rate)) - 3);
  return std::round(rate / step) * step;
}

// Some more than are needed: Poisson arrivals may be fewer than planned.
double with_some_more(std::uint64_t samples) {
  const auto needed = static_cast<double>(samples);
  return needed + 4 * std::sqrt(needed);
}

std::uint64_t time_for(double transactions, double rate) {
  constexpr double kForeverNs = 1e18;
  return static_cast<std::uint64_t>(std::min(transactions / rate * kNsPerSecond, kForeverNs));
}

std::uint64_t planned_ns(const SearchPlan& plan, double rate) {
  return std::max(plan.duration_ns, time_for(with_some_more(plan.samples), rate));
}

double first_rate(const SearchPlan& plan) {
  return rounded(std::clamp(plan.first_rate, kLowestRate, plan.highest_rate));
}

// Of a step that shows nothing.
std::string why_unjudged(const SearchStep& step) {
  for (const result::Reason& reason : step.verdict.reasons) {
    if (is_among(reason.code, kAboutTheGenerator)) return reason.sentence;
  }
  if (step.cut_short) return "it was cut short";
  for (const result::Objective& one : step.verdict.objectives) {
    if (!one.judged) return fmt::format("{}: {}", one.rule, one.shown);
  }
  return step.verdict.reasons.empty() ? "it was cut short" : step.verdict.reasons.front().sentence;
}

class Searcher {
 public:
  Searcher(const SearchPlan& plan, const SearchMeans& means) : plan_(plan), means_(means) {
    out_.lowest_rate = lowest_rate(plan);
    out_.time_max_ns = time_max_ns(plan);
  }

  std::variant<RateSearch, std::string> search() {
    begun_ns_ = means_.now_ns();
    if (bracket() && bisect()) confirm();
    if (out_.steps.empty() && out_.problem) return std::move(out_.problem->sentence);
    if (out_.limit && out_.steps[*out_.limit].judged) out_.too_high = high_;
    return std::move(out_);
  }

 private:
  // False in all of these: it has ended before it was done.

  bool bracket() {
    double rate = first_rate(plan_);
    while (true) {
      const auto kept = try_rate(rate);
      if (!kept) return false;
      if (*kept) {
        if (high_ < kEveryRate || rate >= plan_.highest_rate) return true;
        rate = rounded(std::min(2 * rate, plan_.highest_rate));
      } else {
        if (low_ > kNoRate) return true;
        // At a lower rate there are even fewer answers.
        if (rate <= out_.lowest_rate || out_.steps.back().too_few) return false;
        rate = rounded(std::max(rate / 4, out_.lowest_rate));
      }
    }
  }

  bool bisect() {
    while (high_ < kEveryRate && high_ > low_ * (1 + kPrecision)) {
      const double middle = rounded(std::sqrt(low_ * high_));
      if (middle <= low_ || middle >= high_) return true;
      if (!try_rate(middle)) return false;
    }
    return true;
  }

  bool confirm() {
    for (std::size_t tried = 0; tried < kConfirmationsMax; ++tried) {
      const auto kept = try_rate(low_, true);
      if (!kept) return false;
      if (*kept) {
        out_.rate = low_;
        out_.confirmed_by = out_.steps.size() - 1;
        return true;
      }
      low_ = rounded(low_ / (1 + kPrecision));
      if (low_ < out_.lowest_rate) return false;
    }
    return false;
  }

  // A step, and once more if it fails and does not confirm. nullopt: it has ended.
  std::optional<bool> try_rate(double rate, bool confirms = false) {
    int failures_left = confirms ? 1 : 2;
    int unjudged_left = kUnjudgedMax;
    while (failures_left > 0 && unjudged_left > 0) {
      const auto kept = step(rate, confirms);
      if (!kept) return std::nullopt;
      if (*kept) {
        low_ = std::max(low_, rate);
        return true;
      }
      const SearchStep& last = out_.steps.back();
      if (last.judged) {
        --failures_left;
        unjudged_left = kUnjudgedMax;
      } else {
        --unjudged_left;
        if (last.too_few && (duration_of(rate, confirms) <= last.asked.duration_ns || longer_in_vain()))
          break;
      }
    }
    fail(rate);
    return false;
  }

  // The last step was as long again as the one before it, and more, and had no more answers.
  [[nodiscard]] bool longer_in_vain() const {
    if (out_.steps.size() < 2) return false;
    const SearchStep& last = out_.steps.back();
    const SearchStep& before = *(out_.steps.end() - 2);
    return before.too_few && before.asked.rate == last.asked.rate &&
           2 * before.asked.duration_ns <= last.asked.duration_ns && before.had > 0 &&
           last.had < before.had * kMoreMin;
  }

  void fail(double rate) {
    high_ = rate;
    out_.limit = out_.steps.size() - 1;
  }

  std::optional<bool> step(double rate, bool confirms) {
    const AskedStep asked{.rate = rate,
                          .duration_ns = duration_of(rate, confirms),
                          .confirms = confirms,
                          .number = out_.steps.size()};
    if (const auto ended_by = ends_before(asked)) {
      out_.ended_by = *ended_by;
      return std::nullopt;
    }
    auto ran = means_.run(asked);
    if (auto* problem = std::get_if<std::string>(&ran)) {
      out_.ended_by = SearchEnd::problem;
      out_.problem = SearchProblem{.asked = asked, .sentence = std::move(*problem)};
      return std::nullopt;
    }
    return judge(asked, std::get<result::RunResult>(ran));
  }

  // The first step is always run.
  [[nodiscard]] std::optional<SearchEnd> ends_before(const AskedStep& next) const {
    if (out_.steps.empty()) return std::nullopt;
    if (means_.stop()) return SearchEnd::interrupt;
    if (out_.steps.size() == kStepsMax) return SearchEnd::steps;
    const bool late = means_.now_ns() - begun_ns_ + next.duration_ns > out_.time_max_ns;
    return late ? std::optional(SearchEnd::time) : std::nullopt;
  }

  std::optional<bool> judge(const AskedStep& asked, result::RunResult& result) {
    out_.url = result.url;
    out_.protocol = result.protocol;
    out_.transaction = result.transaction;
    out_.goal = result.workload.slo;
    SearchStep step{.asked = asked,
                    .per_s = result.per_s(),
                    .ran_ns = result.elapsed_ns,
                    .verdict = report::judge(result),
                    .json = {}};
    step.cut_short = result.interrupted;
    const Shown shown = shown_by(step.verdict, result.measured.started);
    step.kept = !step.cut_short && shown == Shown::kept;
    const bool is_in_vain = out_.steps.empty() && !step.cut_short && is_without_server(result);
    const bool is_whole = !step.cut_short && !is_in_vain;
    step.judged = step.kept || (is_whole && shown == Shown::too_high);
    step.too_few = is_whole && shown == Shown::too_few;
    if (step.too_few) {
      step.had = scarcest(step.verdict);
      lengthen(step.verdict, result.measured.started);
    }
    result.drop_intervals();
    step.json = result::to_json(result, step.verdict);
    out_.steps.push_back(std::move(step));
    if (result.interrupted) {
      out_.ended_by = SearchEnd::interrupt;
      return std::nullopt;
    }
    if (is_in_vain) {
      out_.ended_by = SearchEnd::problem;
      out_.problem =
          SearchProblem{.asked = asked, .sentence = out_.steps.back().verdict.reasons.front().sentence};
      return std::nullopt;
    }
    const bool kept = out_.steps.back().kept;
    if (kept && asked.confirms) out_.at_rate = std::move(result);
    return kept;
  }

  // How many transactions it takes until each rule has enough to be judged by: a command may be
  // part of a few of them only.
  void lengthen(const result::Verdict& verdict, std::uint64_t started) {
    const auto had = static_cast<double>(std::max<std::uint64_t>(started, 1));
    double wanted = had * kLongerMin;
    for (const result::Objective& one : verdict.objectives) {
      if (one.judged) continue;
      const double times =
          one.samples > 0 ? with_some_more(one.needed) / static_cast<double>(one.samples) : kLongerBlindly;
      wanted = std::max(wanted, had * times);
    }
    transactions_ = std::max(transactions_, wanted);
  }

  [[nodiscard]] std::uint64_t duration_of(double rate, bool confirms) const {
    const auto bounded = [this](std::uint64_t ns) { return std::min(ns, out_.time_max_ns / kLongestShare); };
    const std::uint64_t once = std::max(planned_ns(plan_, rate), bounded(time_for(transactions_, rate)));
    return confirms ? std::max(kConfirmsFor * once, bounded(time_for(kConfirmsWith, rate))) : once;
  }

  const SearchPlan& plan_;
  const SearchMeans& means_;
  RateSearch out_;
  std::uint64_t begun_ns_ = 0;
  double low_ = kNoRate;      // the highest rate that was kept
  double high_ = kEveryRate;  // the lowest that was not
  double transactions_ = 0;   // of a step, since rules had too few answers
};

// "200/s kept p99<20ms but was not confirmed; 400/s was too much"
std::string so_far(const RateSearch& of) {
  const auto kept = of.kept();
  std::string out = kept ? fmt::format("{:g}/s kept {} but was not confirmed", *kept, of.goal)
                         : fmt::format("no rate kept {}", of.goal);
  if (of.too_high) out += fmt::format("; {:g}/s was too much", *of.too_high);
  return out;
}

std::string interrupted(const RateSearch& of) {
  if (std::ranges::none_of(of.steps, &SearchStep::judged)) return "interrupted before any rate was judged";
  if (!of.kept()) return fmt::format("interrupted before any rate kept {}", of.goal);
  return "interrupted: " + so_far(of);
}

}  // namespace

double lowest_rate(const SearchPlan& plan) {
  const auto step_s = static_cast<double>(plan.duration_ns) / kNsPerSecond;
  const auto long_s =
      static_cast<double>(std::max(kLongStepNs, kLongStepTimes * plan.duration_ns)) / kNsPerSecond;
  const double wanted = plan.samples > 0 ? with_some_more(plan.samples) / long_s : kFewest / step_s;
  return rounded(std::max(kLowestRate, std::min(first_rate(plan) / 4, wanted)));
}

std::uint64_t time_max_ns(const SearchPlan& plan) {
  return std::max(kTimeNs, kTimeInFirstSteps * planned_ns(plan, first_rate(plan)));
}

std::optional<double> RateSearch::kept() const {
  double highest = kNoRate;
  const double end = limit ? steps[*limit].asked.rate : kEveryRate;
  for (const SearchStep& one : steps) {
    if (one.kept && one.asked.rate < end) highest = std::max(highest, one.asked.rate);
  }
  return highest > kNoRate ? std::optional(highest) : std::nullopt;
}

std::optional<std::string> RateSearch::doubt() const {
  if (!rate) return std::nullopt;
  if (!limit) return fmt::format("{:g}/s is the highest rate that was tried: the server may do more", *rate);
  const SearchStep& step = steps[*limit];
  if (step.judged) return std::nullopt;
  for (const result::Reason& reason : step.verdict.reasons) {
    if (is_among(reason.code, kAboutTheGenerator))
      return fmt::format("beyond it the generator was the limit, not the server: {}", reason.sentence);
  }
  return fmt::format("beyond it no run shows what the server does: {}", why_unjudged(step));
}

std::optional<std::string> RateSearch::why_none() const {
  if (rate) return std::nullopt;
  switch (ended_by) {
    case SearchEnd::interrupt: return interrupted(*this);
    case SearchEnd::steps:
      return fmt::format("the search reached its limit of {} steps: {}", kStepsMax, so_far(*this));
    case SearchEnd::time:
      return fmt::format("the search reached its limit of {} min: {}", time_max_ns / kMinuteNs,
                         so_far(*this));
    case SearchEnd::problem:
      return fmt::format("step {}, at {:g}/s, could not be run: {}; {}", problem->asked.number + 1,
                         problem->asked.rate, problem->sentence, so_far(*this));
    case SearchEnd::itself: break;
  }
  if (limit && !steps[*limit].judged)
    return fmt::format("no rate could be judged: {}", why_unjudged(steps[*limit]));
  if (!limit || steps[*limit].asked.confirms)
    return fmt::format("no rate that kept {} kept it again in a longer run", goal);
  return fmt::format("no rate from {:g}/s on keeps {}", steps[*limit].asked.rate, goal);
}

report::Failures RateSearch::failures(std::span<const report::Threshold> limits) const {
  report::Failures out;
  if (const auto none = why_none()) out.add(*none);
  if (const auto doubted = limits.empty() ? std::nullopt : doubt()) out.add("invalid: " + *doubted);
  if (at_rate) out.add_crossed(limits, *at_rate);
  return out;
}

std::variant<RateSearch, std::string> find_rate(const SearchPlan& plan, const SearchMeans& means) {
  return Searcher(plan, means).search();
}

}  // namespace backtalk::series
