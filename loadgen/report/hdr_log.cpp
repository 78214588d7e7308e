// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/hdr_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <iterator>

#include "stats/hdr_v2.hpp"

namespace backtalk::report {
namespace {

constexpr double kNanosecondsAMillisecond = 1e6;

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

}  // namespace

std::string to_hdr_log(const result::RunResult& result) {
  const std::uint64_t began_us = result.spans.empty() ? 0 : result.spans.front().begin_unix_us;
  std::string out = fmt::format(
      "#[Logged by backtalk: {} over {}, latencies in nanoseconds]\n"
      "#[Histogram log format version 1.2]\n"
      "#[StartTime: {:.3f} (seconds since epoch), {:%Y-%m-%dT%H:%M:%SZ}]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"",
      result.transaction, result.protocol, static_cast<double>(began_us) / 1e6,
      fmt::gmtime(static_cast<std::time_t>(began_us / 1'000'000)));
  const std::string empty = stats::encode_v2_compressed(stats::Histogram());
  for (std::size_t i = 0; i < result.series.points.size(); ++i) {
    const stats::SeriesPoint& one = result.series.points[i];
    fmt::format_to(std::back_inserter(out), "\n{:.3f},{:.3f},{:.3f},{}", seconds(i * result.series.width_ns),
                   seconds(result.series_length_ns(i)),
                   static_cast<double>(one.max_ns.value_or(0)) / kNanosecondsAMillisecond,
                   one.histogram.empty() ? empty : one.histogram);
  }
  return out;
}

}  // namespace backtalk::report
