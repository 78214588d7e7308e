// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "text/duration.hpp"
#include "text/listed.hpp"
#include "text/plural.hpp"

namespace backtalk::report {

using result::Reason;
using result::RunResult;
using result::Stage;

namespace {

constexpr double kStageMedian = 50;
constexpr double kStageP99 = 99;
constexpr double kStageMissed = 0.01;  // of the transactions that fell due

// "0 to 100/s", or "100/s" of a stage with one rate.
std::string show_rates(const Stage& stage) {
  if (stage.from_per_s < stage.to_per_s || stage.from_per_s > stage.to_per_s)
    return fmt::format("{} to {}/s", show_rate(stage.from_per_s), show_rate(stage.to_per_s));
  return show_rate(stage.to_per_s) + "/s";
}

// "stage 2 (100 to 1000/s for 2s)"
std::string show_stage(const RunResult& result, std::size_t index) {
  const Stage& stage = result.stages[index];
  return fmt::format("stage {} ({} for {})", index + 1, show_rates(stage),
                     text::show_duration(stage.duration_ns));
}

// "", "; the same is true of stage 3", "; the same is true of stages 3, 4 and 5"
std::string and_others(const std::vector<std::size_t>& all) {
  if (all.size() < 2) return {};
  std::vector<std::string> numbers;
  numbers.reserve(all.size() - 1);
  for (std::size_t i = 1; i < all.size(); ++i) numbers.push_back(std::to_string(all[i] + 1));
  return fmt::format("; the same is true of {} {}", numbers.size() == 1 ? "stage" : "stages",
                     text::listed(numbers));
}

template <class Is>
std::vector<std::size_t> find_stages(const RunResult& result, Is is) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < result.stages.size(); ++i) {
    if (is(i)) out.push_back(i);
  }
  return out;
}

double part_of(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

// Of the whole run, at the middle of that stage.
double in_flight_at_middle(const RunResult& result, std::size_t index) {
  std::uint64_t due = result.stages[index].due[0];
  std::uint64_t answered = result.stages[index].answered[0];
  for (std::size_t i = 0; i < index; ++i) {
    due += result.stages[i].due[0] + result.stages[i].due[1];
    answered += result.stages[i].answered[0] + result.stages[i].answered[1];
  }
  return static_cast<double>(due - std::min(due, answered));
}

// As of a run with one rate (report/verdict.cpp). Where the rate rises, as many more are in flight
// at the end than at the middle as fall due more within a latency.
bool misses_rate(const RunResult& result, std::size_t index) {
  const Stage& stage = result.stages[index];
  const double half_s = static_cast<double>(stage.duration_ns) / 2e9;
  const auto due = static_cast<double>(stage.due[1]);
  const auto answered = static_cast<double>(stage.answered[1]);
  // The stage is too short to tell: its first answers had hardly arrived by the middle.
  if (static_cast<double>(stage.latency.min()) / 1e9 > half_s / 2) return false;
  const auto median = stage.latency_at(kStageMedian);
  const double latency_s = median && !median->at_least ? static_cast<double>(median->value) / 1e9 : 0;
  const double growth = std::max(0.0, (stage.to_per_s - stage.from_per_s) / 2 * latency_s);
  const double scatter = 3 * std::sqrt(2 * in_flight_at_middle(result, index)) + 2;
  return due - answered > kStageMissed * due + scatter + growth;
}

std::uint64_t censored_in(const RunResult& result, const Stage& stage) {
  return result.interrupted ? stage.timed_out : stage.censored.count();
}

}  // namespace

std::string tabulate_stages(const RunResult& result) {
  if (result.stages.empty()) return {};
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<6}{:>10}{:>13}{:>12}{:>10}{:>11}{:>8}{:>12}  {}\n", "stage", "for", "requested/s",
                 "answered/s", "started", "completed", "failed", "unfinished", "latency");
  for (std::size_t i = 0; i < result.stages.size(); ++i) {
    const Stage& one = result.stages[i];
    const double answered_per_s = one.answered_per_s(result.stage_ran_ns(i));
    fmt::format_to(to, "{:<6}{:>10}{:>13}{:>12}{:>10}{:>11}{:>8}{:>12}  p50 {}, p99 {}", i + 1,
                   text::show_duration(one.duration_ns), show_rate(one.asked_per_s()),
                   show_rate(std::round(answered_per_s * 10) / 10), one.counted.started,
                   one.counted.completed, one.counted.failed, one.counted.unfinished,
                   show_percentile(one, kStageMedian, one.p50_interval),
                   show_percentile(one, kStageP99, one.p99_interval));
    out += show_censored_part(one);
    if (const auto each = one.server_cpu_each_ns())
      fmt::format_to(to, ", server {} per {}", show_ns(*each), result.transaction);
    out += '\n';
  }
  return out;
}

std::optional<Reason> stage_rate_not_reached(const RunResult& result) {
  if (result.interrupted) return std::nullopt;
  const auto missed = find_stages(result, [&](std::size_t i) { return misses_rate(result, i); });
  if (missed.empty()) return std::nullopt;
  const Stage& first = result.stages[missed.front()];
  const double half_s = static_cast<double>(first.duration_ns) / 2e9;
  const double due = static_cast<double>(first.due[1]) / half_s;
  const double answered = static_cast<double>(first.answered[1]) / half_s;
  return Reason{
      .code = "rate-not-reached",
      .sentence = fmt::format("the rate was not reached in {}: in its second half, {:.0f}/s fell due and "
                              "{:.0f}/s were answered{}",
                              show_stage(result, missed.front()), due, answered, and_others(missed)),
      .fails = true,
      .evidence = {{"stage", static_cast<double>(missed.front() + 1)},
                   {"due_per_s", due},
                   {"answered_per_s", answered}}};
}

std::optional<Reason> stage_censored(const RunResult& result, double share_max) {
  const auto late = find_stages(result, [&](std::size_t i) {
    const Stage& stage = result.stages[i];
    return part_of(censored_in(result, stage), stage.counted.started) > share_max;
  });
  if (late.empty()) return std::nullopt;
  const Stage& first = result.stages[late.front()];
  const double found = part_of(censored_in(result, first), first.counted.started);
  const auto least = static_cast<double>(first.censored.min());
  return Reason{
      .code = "censored",
      .sentence = fmt::format("in {}, {} of the {} timed out or were unfinished: all that is known of their "
                              "latency is that it was {} or more, so the upper percentiles of the stage are "
                              "lower bounds{}; lower its rate, or raise --timeout (now {})",
                              show_stage(result, late.front()), show_share(found),
                              text::plural(result.transaction), show_ns(least), and_others(late),
                              show_ns(static_cast<double>(result.workload.timeout_ns))),
      .fails = false,
      .evidence = {
          {"stage", static_cast<double>(late.front() + 1)}, {"share", found}, {"at_least_s", least / 1e9}}};
}

std::optional<Reason> stage_errors(const RunResult& result, double share_max) {
  const auto failed = find_stages(result, [&](std::size_t i) {
    const Stage& stage = result.stages[i];
    return part_of(stage.counted.failed, stage.counted.started) > share_max;
  });
  if (failed.empty()) return std::nullopt;
  const stats::TransactionTally& counted = result.stages[failed.front()].counted;
  const double found = part_of(counted.failed, counted.started);
  return Reason{.code = "errors",
                .sentence = fmt::format(
                    "in {}, {} of the {} failed ({} of {}), more than the {} of --allow-failures{}",
                    show_stage(result, failed.front()), show_share(found), text::plural(result.transaction),
                    counted.failed, counted.started, show_share(share_max), and_others(failed)),
                .fails = true,
                .evidence = {{"stage", static_cast<double>(failed.front() + 1)},
                             {"failed_share", found},
                             {"allowed_share", share_max}}};
}

std::string in_stage(const RunResult& result, std::uint64_t measured_ns) {
  std::uint64_t end = 0;
  for (const Stage& one : result.stages) {
    end += one.duration_ns;
    if (measured_ns < end || &one == &result.stages.back())
      return fmt::format(" (in stage {})", &one - result.stages.data() + 1);
  }
  return {};
}

}  // namespace backtalk::report
