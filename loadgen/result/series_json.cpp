// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/series_json.hpp"

#include <optional>
#include <string>
#include <utility>

#include "result/json.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kLongestNs = 1'000'000'000'000'000'000;  // as of all times in JSON

double in_seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

json::value number_or_null(const std::optional<std::uint64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::string kept_histogram(const Field& field, std::uint64_t completed) {
  if (field.is_null()) return {};
  std::string text = field.text();
  const auto read = stats::decode_v2_compressed(text, kJsonInflatedMax);
  if (!read) {
    field.reject(read.error);
  } else if (read.histogram->count() != completed) {
    field.reject("it does not hold as many values as completed");
  }
  return text;
}

stats::SeriesPoint point(const Field& field) {
  stats::SeriesPoint out;
  out.started = field["started"].count();
  out.completed = field["completed"].count();
  out.failed = field["failed"].count();
  out.timed_out = field["timed_out"].count();
  out.refused = field["refused"].count();
  out.unfinished = field["unfinished"].count();
  out.octets_sent = field["sent"].count();
  out.octets_received = field["received"].count();
  out.p50_ns = field["p50_ns"].unless_null(&Field::count);
  out.p90_ns = field["p90_ns"].unless_null(&Field::count);
  out.p99_ns = field["p99_ns"].unless_null(&Field::count);
  out.max_ns = field["max_ns"].unless_null(&Field::count);
  out.histogram = kept_histogram(field["histogram"], out.completed);
  return out;
}

// The transactions are counted by both; of the octets, those of several runs that were merged may
// be known only in sum.
bool adds_up(const stats::IntervalCounts& total, const RunResult& result) {
  const stats::TransactionTally& all = result.measured;
  return total.started == all.started && total.completed == all.completed && total.failed == all.failed &&
         total.unfinished == all.unfinished && total.timed_out <= total.failed &&
         total.refused <= total.failed && total.octets_sent <= result.bytes_sent &&
         total.octets_received <= result.bytes_received;
}

}  // namespace

json::object write_series(const RunResult& result) {
  const stats::Series& series = result.series;
  json::array points;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const stats::SeriesPoint& one = series.points[i];
    points.push_back(
        {{"t_s", in_seconds(i * series.width_ns)},
         {"length_s", in_seconds(result.series_length_ns(i))},
         {"started", one.started},
         {"completed", one.completed},
         {"failed", one.failed},
         {"timed_out", one.timed_out},
         {"refused", one.refused},
         {"unfinished", one.unfinished},
         {"sent", one.octets_sent},
         {"received", one.octets_received},
         {"p50_ns", number_or_null(one.p50_ns)},
         {"p90_ns", number_or_null(one.p90_ns)},
         {"p99_ns", number_or_null(one.p99_ns)},
         {"max_ns", number_or_null(one.max_ns)},
         {"histogram", one.histogram.empty() ? json::value(nullptr) : json::value(one.histogram)}});
  }
  return {{"width_s", in_seconds(series.width_ns)}, {"points", std::move(points)}};
}

stats::Series read_series(const Field& field, const RunResult& sums) {
  if (field.value() == nullptr) return {};  // younger than the others
  stats::Series out{.width_ns = field["width_s"].seconds(), .points = {}};
  field["points"].each(stats::Series::kPointsMax,
                       [&out](const Field& one) { out.points.push_back(point(one)); });
  if (out.points.empty()) return out;
  // So that no point begins beyond what 64 bits hold.
  if (out.width_ns > kLongestNs / out.points.size())
    field["width_s"].reject("its points together last longer than 10^9 seconds");
  const auto total = out.total();
  if (out.width_ns == 0 || !total || !adds_up(*total, sums))
    field.reject("its points do not add up to the counts of the run");
  return out;
}

}  // namespace backtalk::result
