// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/summary.hpp"

namespace backtalk::compare {
namespace {

// How many samples a percentile needs so that it lies between two of them with a confidence of
// 95 % (MLPerf's rules for queries).
constexpr std::uint64_t kForP50 = 10;
constexpr std::uint64_t kForP90 = 64;
constexpr std::uint64_t kForP99 = 662;
constexpr std::uint64_t kForP999 = 6640;

double rate(const result::RunResult& result) {
  return result.per_s();
}

std::string show_per_s(double value) {
  return value < 100 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

template <int kTenths>
double percentile(const result::RunResult& result) {
  return static_cast<double>(result.latency.value_at_percentile(kTenths / 10.0));
}

double client_cpu(const result::RunResult& result) {
  return static_cast<double>(result.client.cpu_ns) / static_cast<double>(result.measured.completed);
}

constexpr std::array<Metric, kMetricCount> kMetrics{
    Metric{"per_s", "per_s", 1, &rate, &show_per_s},
    Metric{"p50_ns", "p50", kForP50, &percentile<500>, &report::show_ns},
    Metric{"p90_ns", "p90", kForP90, &percentile<900>, &report::show_ns},
    Metric{"p99_ns", "p99", kForP99, &percentile<990>, &report::show_ns},
    Metric{"p99_9_ns", "p99.9", kForP999, &percentile<999>, &report::show_ns},
    Metric{"client_cpu_ns", "client_cpu", 1, &client_cpu, &report::show_ns}};

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
    if (result.measured.completed < kMetrics[i].completed_min) continue;
    const double value = kMetrics[i].of(result);
    if (value > 0) out[i] = value;
  }
  return out;
}

}  // namespace backtalk::compare
