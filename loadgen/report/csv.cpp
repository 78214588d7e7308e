// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/csv.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace backtalk::report {
namespace {

std::string or_empty(const std::optional<std::uint64_t>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

}  // namespace

std::string to_csv(const result::RunResult& result) {
  std::string out =
      "t_s,length_s,started,completed,failed,timed_out,refused,unfinished,sent_bytes,received_bytes,per_s,"
      "p50_ns,p90_ns,p99_ns,max_ns";
  const stats::Series& series = result.series;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const stats::SeriesPoint& one = series.points[i];
    const double length_s = static_cast<double>(result.series_length_ns(i)) / 1e9;
    fmt::format_to(std::back_inserter(out), "\n{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                   static_cast<double>(i * series.width_ns) / 1e9, length_s, one.started, one.completed,
                   one.failed, one.timed_out, one.refused, one.unfinished, one.octets_sent,
                   one.octets_received, static_cast<double>(one.completed) / length_s, or_empty(one.p50_ns),
                   or_empty(one.p90_ns), or_empty(one.p99_ns), or_empty(one.max_ns));
  }
  return out;
}

}  // namespace backtalk::report
