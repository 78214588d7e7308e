// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/figures_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "report/objectives.hpp"
#include "report/percentiles.hpp"
#include "report/stages.hpp"
#include "report/summary.hpp"
#include "stats/arrival_fit.hpp"
#include "stats/batch_interval.hpp"
#include "stats/percentile.hpp"
#include "text/plural.hpp"

namespace backtalk::report {

using result::Reason;
using result::RunResult;

namespace {

constexpr double kCensoredMax = 0.01;
constexpr double kLittleMax = 0.02;
constexpr std::uint64_t kGapsMin = 100;
constexpr double kBusyMax = 0.01;  // of the transactions fell due while every session was busy
constexpr double kLatePercentile = 95;
constexpr double kLateMinNs = 1e5;
constexpr double kLateShare = 0.10;     // of the median latency
constexpr double kAndersonDarling = 6;  // in one of 1000 by chance
constexpr double kGapsOff = 0.05;
constexpr double kChance = 0.001;      // of each of the tests of stability
constexpr double kMatters = 0.20;      // of the figure
constexpr std::uint64_t kHandful = 5;  // fewer transactions say nothing of a latency

// The highest percentile of all transactions that a rule asks for; 0: none. One that nobody asked
// for is left out of the result where there are too few.
double highest_percentile(const RunResult& result) {
  double highest = 0;
  const auto rules = read_rules(result.workload.slo);
  if (const auto* const all = std::get_if<std::vector<Rule>>(&rules)) {
    for (const Rule& rule : *all) {
      if (rule.metric == Rule::Metric::percentile && rule.command.empty() && !rule.delivery)
        highest = std::max(highest, rule.percentile);
    }
  }
  return highest;
}

// How long the run should be: "-d 66s", "-n 662".
std::string longer(const RunResult& result, std::uint64_t samples, std::uint64_t needed) {
  if (!result.workload.duration_ns || samples == 0) return fmt::format("-n {}", needed);
  const double times = static_cast<double>(needed) / static_cast<double>(samples);
  const double seconds = static_cast<double>(*result.workload.duration_ns) / 1e9 * times;
  return fmt::format("-d {:.0f}s", std::ceil(seconds));
}

std::optional<std::string> trouble_of(const stats::Stability& found) {
  if (found.drift_p < kChance && std::abs(found.change) >= kMatters)
    return fmt::format("{} by {} from the first quarter of the run to the last",
                       found.change > 0 ? "rose" : "fell", show_share(std::abs(found.change)));
  const double alike = std::min(found.correlation_p, found.runs_p);
  if (alike < kChance && found.spread >= kMatters)
    return fmt::format("went up and down for long, by {} (one standard deviation)", show_share(found.spread));
  return std::nullopt;
}

}  // namespace

std::optional<Reason> censored(const RunResult& result) {
  if (!result.stages.empty()) return stage_censored(result, kCensoredMax);
  const std::uint64_t unfinished = result.interrupted ? result.censored_unfinished() : 0;
  const auto count = static_cast<double>(result.censored.count() - unfinished);
  const auto started = static_cast<double>(result.measured.started);
  if (started == 0 || count / started <= kCensoredMax) return std::nullopt;
  return Reason{
      .code = "censored",
      .sentence = fmt::format(
          "{}: all that is known of their latency is that it was {} or more, so the upper percentiles "
          "are lower bounds; lower the load, or raise --timeout (now {})",
          show_censored(result), show_ns(static_cast<double>(result.censored.min())),
          show_ns(static_cast<double>(result.workload.timeout_ns))),
      .fails = false,
      .evidence = {{"share", count / started},
                   {"at_least_s", static_cast<double>(result.censored.min()) / 1e9}}};
}

std::optional<Reason> arrivals_off(const RunResult& result) {
  const auto& sessions = result.sessions;
  const auto busy = static_cast<double>(sessions ? sessions->found_all_busy : result.load.found_all_busy);
  const auto started = static_cast<double>(sessions ? sessions->started : result.measured.started);
  const stats::Histogram& latency = sessions ? sessions->latency : result.latency;
  const bool by_the_clock = result.workload.rate.has_value() || sessions.has_value();
  if (!by_the_clock || result.gaps.count() < kGapsMin || busy > kBusyMax * started) return std::nullopt;
  const auto lag_ns = static_cast<double>(result.send_lag.value_at_percentile(kLatePercentile));
  const auto median_ns = static_cast<double>(latency.value_at_percentile(50));
  if (lag_ns < kLateMinNs || lag_ns < kLateShare * median_ns) return std::nullopt;
  const bool random = result.workload.arrival == stats::Arrival::poisson;
  const stats::ExponentialFit fit = stats::fit_exponential(result.gaps);
  const double uneven = stats::uneven_share(result.gaps);
  const bool off = random ? fit.statistic > kAndersonDarling && fit.distance > kGapsOff : uneven > kGapsOff;
  if (!off) return std::nullopt;
  return Reason{
      .code = "arrivals-off",
      .sentence = fmt::format(
          "the {} did not begin at {} intervals, as was asked: 5 % began more than {} late, and went out in "
          "bursts; use more threads (-t), cores of their own (taskset), or a lower rate",
          sessions ? "sessions" : text::plural(result.transaction), random ? "random" : "equal",
          show_ns(lag_ns)),
      .fails = false,
      .evidence = {{"anderson_darling", random ? fit.statistic : 0},
                   {"distance", random ? fit.distance : uneven},
                   {"lag_p95_s", lag_ns / 1e9}}};
}

std::optional<Reason> unstable(const RunResult& result) {
  constexpr std::array kJudged{50.0, 99.0};
  for (const double percentile : kJudged) {
    const std::vector<double> values = stats::batch_percentiles(result.batches, percentile);
    if (values.empty()) continue;
    const stats::Stability found = stats::stability_of(values);
    const auto trouble = trouble_of(found);
    if (!trouble) continue;
    return Reason{
        .code = "unstable",
        .sentence = fmt::format(
            "the p{} {}, so the server or the machine was not in a steady state: leave out the beginning "
            "with --warmup, run longer, or see what else runs on the machines",
            percentile, *trouble),
        .fails = false,
        .of_one_run = true,
        .evidence = {{"percentile", percentile},
                     {"change", found.change},
                     {"spread", found.spread},
                     {"drift_p", found.drift_p},
                     {"correlation_p", found.correlation_p},
                     {"runs_p", found.runs_p},
                     {"batches", static_cast<double>(values.size())},
                     {"batch_s", static_cast<double>(result.batches.width_ns) / 1e9}}};
  }
  return std::nullopt;
}

std::optional<Reason> little(const RunResult& result) {
  if (result.load.in_flight_us == 0 || result.measured.completed == 0 || result.elapsed_ns == 0)
    return std::nullopt;
  const auto counted_us = static_cast<double>(
      result.load.in_flight_us - std::min(result.load.in_flight_us, result.load.beside_latency_us));
  const auto completed = static_cast<double>(result.latency.count());
  const double timed_us = result.latency.mean() / 1e3 * completed;
  const double tolerance_us = kLittleMax * (timed_us + static_cast<double>(result.load.beside_latency_us)) +
                              static_cast<double>(result.measured.started);
  if (std::abs(counted_us - timed_us) <= tolerance_us) return std::nullopt;
  const auto elapsed_us = static_cast<double>(result.elapsed_ns) / 1e3;
  return Reason{
      .code = "little",
      .sentence = fmt::format(
          "{:.3g} {} were in flight on average, as counted, but {:.0f}/s that take {} each make {:.3g} "
          "(Little's law): some latencies are not those of this run, and that is a fault of backtalk "
          "or of the clock; please report it",
          counted_us / elapsed_us, text::plural(result.transaction), result.per_s(),
          show_ns(result.latency.mean()), timed_us / elapsed_us),
      .fails = false,
      .evidence = {{"in_flight", counted_us / elapsed_us}, {"rate_times_latency", timed_us / elapsed_us}}};
}

std::optional<Reason> too_short(const RunResult& result) {
  const std::uint64_t samples = result.latency.count() + result.censored.count();
  const double percentile = highest_percentile(result);
  const std::uint64_t needed = percentile > 0 ? stats::samples_for(percentile) : kHandful;
  if (samples >= needed) return std::nullopt;
  const std::string what = percentile > 0 ? fmt::format("for the p{}, which needs {}", percentile, needed)
                                          : std::string("to say anything of the latency");
  return Reason{
      .code = "too-short",
      .sentence = fmt::format("{} {} too few {}: run longer ({})", samples,
                              samples == 1 ? fmt::format("{} is", result.transaction)
                                           : fmt::format("{} are", text::plural(result.transaction)),
                              what, longer(result, samples, needed)),
      .fails = false,
      .of_one_run = true,
      .evidence = {{"samples", static_cast<double>(samples)},
                   {"needed", static_cast<double>(needed)},
                   {"percentile", percentile}}};
}

}  // namespace backtalk::report
