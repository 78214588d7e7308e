// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "stats/percentile.hpp"

namespace backtalk::compare {
namespace {

// How many samples a percentile needs so that it lies between two of them with a confidence of
// 95 % (MLPerf's rules for queries).
constexpr std::uint64_t kForP50 = 10;
constexpr std::uint64_t kForP90 = 64;
constexpr std::uint64_t kForP99 = 662;
constexpr std::uint64_t kForP999 = 6640;

Figure rate(const result::RunResult& result) {
  if (result.measured.completed == 0) return {};
  return {.value = result.per_s()};
}

std::string show_per_s(double value) {
  return value < 100 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

// Whoever gives up on the slowest transactions must not look quicker for it.
template <int kTenths, std::uint64_t kMin>
Figure percentile(const result::RunResult& result) {
  if (result.latency.count() + result.censored.count() < kMin) return {};
  const auto value = result.latency_at(kTenths / 10.0);
  if (!value) return {};
  return {.value = static_cast<double>(value->value), .at_least = value->at_least};
}

// What did not arrive took longer than all that did.
template <int kTenths, std::uint64_t kMin>
Figure delivery(const result::RunResult& result) {
  if (!result.deliveries) return {};
  const result::Deliveries& all = *result.deliveries;
  if (all.latency.count() + all.ages.count() < kMin) return {};
  const auto value = stats::censored_percentile(all.latency, all.ages, kTenths / 10.0);
  if (!value) return {};
  return {.value = static_cast<double>(value->value), .at_least = value->at_least};
}

std::string why_bound(const Metric& metric, const result::RunResult& result) {
  if (!metric.of_watch) return report::show_censored(result);
  return fmt::format("{} of {} messages did not arrive", result.deliveries->ages.count(),
                     result.deliveries->accepted);
}

Figure client_cpu(const result::RunResult& result) {
  if (result.measured.completed == 0) return {};
  return {.value =
              static_cast<double>(result.client.cpu_ns) / static_cast<double>(result.measured.completed)};
}

// Of a server that was gone before the end nobody knows what the rest of the transactions took.
Figure server_cpu(const result::RunResult& result) {
  if (!result.server || result.server->gone || result.measured.completed == 0) return {};
  return {.value =
              static_cast<double>(result.server->cpu_ns) / static_cast<double>(result.measured.completed)};
}

constexpr std::array<Metric, kMetricCount> kMetrics{
    Metric{"per_s", "per_s", 1, &rate, &show_per_s},
    Metric{"p50_ns", "p50", kForP50, &percentile<500, kForP50>, &report::show_ns},
    Metric{"p90_ns", "p90", kForP90, &percentile<900, kForP90>, &report::show_ns},
    Metric{"p99_ns", "p99", kForP99, &percentile<990, kForP99>, &report::show_ns},
    Metric{"p99_9_ns", "p99.9", kForP999, &percentile<999, kForP999>, &report::show_ns},
    Metric{"client_cpu_ns", "client_cpu", 1, &client_cpu, &report::show_ns},
    Metric{"server_cpu_ns", "server_cpu", 1, &server_cpu, &report::show_ns, true},
    Metric{"delivery_p50_ns", "delivery_p50", kForP50, &delivery<500, kForP50>, &report::show_ns, false,
           true},
    Metric{"delivery_p99_ns", "delivery_p99", kForP99, &delivery<990, kForP99>, &report::show_ns, false,
           true}};

}  // namespace

std::span<const Metric, kMetricCount> metrics() {
  return kMetrics;
}

const Metric* find_metric(std::string_view name) {
  const auto found = std::ranges::find(kMetrics, name, &Metric::name);
  return found == kMetrics.end() ? nullptr : &*found;
}

std::string metric_names() {
  std::string out;
  for (const Metric& one : kMetrics) out.append(out.empty() ? "" : " ").append(one.name);
  return out;
}

Values values_of(const result::RunResult& result) {
  Values out;
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    const Figure figure = kMetrics[i].of(result);
    if (figure.value > 0 && !figure.at_least) out[i] = figure.value;
  }
  return out;
}

Bounds bounds_of(const result::RunResult& result) {
  Bounds out;
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    const Figure figure = kMetrics[i].of(result);
    if (!figure.at_least) continue;
    out.values[i] = figure.value;
    out.why[i] = why_bound(kMetrics[i], result);
  }
  return out;
}

}  // namespace backtalk::compare
