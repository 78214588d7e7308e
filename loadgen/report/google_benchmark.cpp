// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/google_benchmark.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "stats/percentile.hpp"

namespace backtalk::report {
namespace {

namespace json = boost::json;

struct Figure {
  std::string_view name;
  double percentile;
};
constexpr std::array kFigures{Figure{"p50", 50}, Figure{"p90", 90}, Figure{"p99", 99}, Figure{"p99_9", 99.9}};

}  // namespace

std::string to_google_benchmark(const result::RunResult& result, const BenchmarkContext& context) {
  json::array benchmarks;
  const auto add = [&](std::string_view figure, double real_ns, double cpu_ns) {
    const std::string name = fmt::format("{}/{}/{}", result.protocol, result.transaction, figure);
    benchmarks.push_back({{"name", name},
                          {"family_index", benchmarks.size()},
                          {"per_family_instance_index", 0},
                          {"run_name", name},
                          {"run_type", "iteration"},
                          {"repetitions", 1},
                          {"repetition_index", 0},
                          {"threads", 1},
                          {"iterations", result.measured.completed},
                          {"real_time", real_ns},
                          {"cpu_time", cpu_ns},
                          {"time_unit", "ns"}});
  };
  if (const auto completed = static_cast<double>(result.measured.completed); completed > 0) {
    // The client's CPU time stands beside what it was spent on.
    const double cpu_each_ns = static_cast<double>(result.client.cpu_ns) / completed;
    add("time_each", static_cast<double>(result.elapsed_ns) / completed, cpu_each_ns);
    benchmarks.back().as_object()["items_per_second"] = result.per_s();
    add("mean", result.latency.mean(), cpu_each_ns);
    for (const Figure& one : kFigures) {
      const auto value = result.latency_at(one.percentile);
      const std::uint64_t samples = result.latency.count() + result.censored.count();
      if (!value || value->at_least || samples < stats::samples_to_report(one.percentile)) continue;
      add(one.name, static_cast<double>(value->value), cpu_each_ns);
    }
  }
  const json::object out{{"context",
                          {{"date", context.date},
                           {"host_name", context.host},
                           {"executable", context.executable},
                           {"num_cpus", context.cpus},
                           {"mhz_per_cpu", 0},
                           {"cpu_scaling_enabled", false},
                           {"caches", json::array()},
                           {"load_avg", json::array()},
                           {"library_build_type", "release"},
                           {"backtalk_url", result.url}}},
                         {"benchmarks", std::move(benchmarks)}};
  return json::serialize(out);
}

}  // namespace backtalk::report
