// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/live_figures.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "live/bars.hpp"
#include "live/course.hpp"
#include "live/verdict_so_far.hpp"
#include "net/clock.hpp"
#include "net/local_ports.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "result/characters.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;

// Each pair of an address of a server and one of this machine has all local ports.
std::optional<std::uint64_t> ports_of(const engine::ClientPlan& plan) {
  const auto range = net::local_ports();
  if (!range) return std::nullopt;
  std::uint64_t pairs = 0;
  for (const engine::Target& target : plan.targets) {
    for (const net::Endpoint& one : target.endpoints) {
      if (one.family() == AF_UNIX) continue;
      const auto sources = static_cast<std::uint64_t>(
          std::ranges::count(plan.sources.all(), one.family(), &net::Endpoint::family));
      pairs += std::max<std::uint64_t>(sources, 1);
    }
  }
  return pairs > 0 ? std::optional(pairs * *range) : std::nullopt;
}

// A count of sessions is shown as one of what they send.
live::Asked asked_of(const engine::ClientPlan& plan) {
  return {.warmup_ns = plan.warmup_ns,
          .duration_ns = plan.duration_ns,
          .transactions_max = plan.transactions_max * (plan.session_rate ? plan.session_transactions : 1),
          .rate_steps = plan.rate_steps,
          .rate_per_s = plan.clocked_rate(),
          .rate_is_of_sessions = plan.session_rate.has_value()};
}

std::string show(std::uint64_t ns) {
  return report::show_ns(static_cast<double>(ns));
}

}  // namespace

live::LastSecond last_second_of(const stats::IntervalRow& row) {
  return {.t_s = row.t_s,
          .completed = row.completed,
          .failed = row.failed,
          .p50_ns = row.p50_ns,
          .p99_ns = row.p99_ns};
}

LiveFigures::LiveFigures(const load::LoadRun& run, std::string step,
                         std::span<const report::Threshold> thresholds)
    : run_(run), step_(std::move(step)), thresholds_(thresholds), ports_(ports_of(run.plan())) {}

double LiveFigures::busiest(const Mark& since, std::uint64_t now, const engine::Gauges& gauges) {
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < std::min(since.cpu_ns.size(), gauges.cpu_ns.size()); ++i)
    most = std::max(most, gauges.cpu_ns[i] - std::min(gauges.cpu_ns[i], since.cpu_ns[i]));
  return now > since.at ? static_cast<double>(most) / static_cast<double>(now - since.at) : 0;
}

void LiveFigures::look_at_threads(const engine::Gauges& gauges, std::uint64_t now, live::Phase phase) {
  if (lately_since_.at == 0) lately_since_ = {.at = now, .cpu_ns = gauges.cpu_ns};
  if (now >= lately_since_.at + kSecondNs) {
    busy_lately_ = busiest(lately_since_, now, gauges);
    lately_since_ = {.at = now, .cpu_ns = gauges.cpu_ns};
  }
  // While the last answers are waited for, nobody is busy.
  if (phase != live::Phase::measuring) return;
  if (measuring_since_.at == 0) measuring_since_ = {.at = now, .cpu_ns = gauges.cpu_ns};
  busy_ = busiest(measuring_since_, now, gauges);
}

// While the last answers are waited for, time goes on, and the load does not.
std::uint64_t LiveFigures::load_ns(live::Phase phase, std::uint64_t measured_ns) {
  if (!live::is_ending(phase)) return measured_ns;
  if (!ended_ns_) {
    const std::uint64_t duration = run_.plan().duration_ns;
    ended_ns_ = duration > 0 ? std::min(measured_ns, duration) : measured_ns;
  }
  return *ended_ns_;
}

void LiveFigures::set_latency(live::Figures& figures) {
  const stats::Histogram& latency = run_.so_far().latency;
  figures.p50 = report::show_percentile_cell(latency, {}, 50);
  figures.p99 = report::show_percentile_cell(latency, {}, 99);
  figures.max = latency.empty() ? "-" : show(latency.max());
  figures.latency = live::bars_of(latency);
}

live::Figures LiveFigures::look(bool stopped) {
  const std::uint64_t now = net::now_ns();
  const engine::Gauges gauges = run_.gauges();
  live::Figures figures;
  figures.url = result::text_of(run_.url());
  figures.step = step_;
  figures.transaction = run_.transaction();
  figures.counted_ns = run_.so_far_ns();
  figures.in_flight = gauges.in_flight;
  figures.counted = run_.so_far();
  figures.sessions_asked = run_.plan().connections;
  figures.connections = gauges.connections;
  live::set_course(figures, asked_of(run_.plan()),
                   {.now_ns = now, .measure_from_ns = gauges.measure_from, .stopped = stopped});
  const std::uint64_t load = load_ns(figures.phase, figures.measured_ns);
  figures.counted_ns = std::min(figures.counted_ns, std::max(load, run_.heard_ns()));
  look_at_threads(gauges, now, figures.phase);
  if (const auto rows = run_.rows(); !rows.empty()) {
    figures.last_second = last_second_of(rows.back());
  }
  set_latency(figures);
  const stats::ErrorCounts& errors = run_.so_far().errors;
  for (const stats::NamedCount& one : errors.all())
    figures.errors.push_back({.name = std::string(one.name), .count = one.count});
  figures.other_errors = errors.others();
  figures.descriptors = descriptors_.look(now);
  if (ports_) figures.ports = live::InUse{.used = gauges.connections, .limit = *ports_};
  if (judged_at_ == 0 || now >= judged_at_ + kSecondNs) {
    judged_at_ = now;
    verdict_ = live::verdict_so_far(run_.result_so_far(busy_, load), thresholds_);
    waits_ = ports_ ? ports_in_time_wait() : std::nullopt;
  }
  figures.waits = waits_;
  figures.busy = busy_lately_;
  figures.verdict = verdict_;
  return figures;
}

}  // namespace backtalk::cli
