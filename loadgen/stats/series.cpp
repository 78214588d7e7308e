// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/series.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "stats/hdr_v2.hpp"
#include "stats/percentile.hpp"

namespace backtalk::stats {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
// Up to here a run is cut into eighths of a second: all widths differ by powers of two, so that
// series of runs of different lengths can be added.
constexpr std::uint64_t kShortRunNs = 10 * kSecondNs;
constexpr std::uint64_t kEighthNs = kSecondNs / 8;

std::optional<std::uint64_t> percentile_of(const Histogram& latency, double percentile) {
  if (latency.count() < samples_to_report(percentile)) return std::nullopt;
  return latency.value_at_percentile(percentile);
}

void set_percentiles(SeriesPoint& point, const Histogram& latency) {
  constexpr double kMedian = 50;
  constexpr double kP90 = 90;
  constexpr double kP99 = 99;
  point.p50_ns = latency.empty() ? std::nullopt : percentile_of(latency, kMedian);
  point.p90_ns = percentile_of(latency, kP90);
  point.p99_ns = percentile_of(latency, kP99);
}

// The latencies of both together; nullopt: they are not known.
std::optional<Histogram> joined(const SeriesPoint& one, const SeriesPoint& other) {
  if (one.histogram.empty() || other.histogram.empty()) return std::nullopt;
  auto sum = decode_v2_compressed(one.histogram);
  const auto more = decode_v2_compressed(other.histogram);
  if (!sum || !more || !sum.histogram->merge(*more.histogram)) return std::nullopt;
  const std::optional<std::uint64_t> most = std::max(one.max_ns, other.max_ns);
  if (most) sum.histogram->restore(sum.histogram->min(), *most, 0);
  return std::move(sum.histogram);
}

}  // namespace

SeriesPoint SeriesPoint::of(const Interval& interval, bool keeps_histogram) {
  SeriesPoint out;
  static_cast<IntervalCounts&>(out) = interval;
  set_percentiles(out, interval.latency);
  if (!interval.latency.empty()) out.max_ns = interval.latency.max();
  if (keeps_histogram) out.histogram = encode_v2_compressed(interval.latency);
  return out;
}

void SeriesPoint::add(const SeriesPoint& other) {
  const auto latency = joined(*this, other);
  if (latency) {
    set_percentiles(*this, *latency);
    histogram = encode_v2_compressed(*latency);
  } else if (completed == 0) {
    p50_ns = other.p50_ns;
    p90_ns = other.p90_ns;
    p99_ns = other.p99_ns;
    histogram = other.histogram;
  } else if (other.completed != 0) {
    p50_ns = p90_ns = p99_ns = std::nullopt;
    histogram.clear();
  }
  max_ns = std::max(max_ns, other.max_ns);
  IntervalCounts::add(other);
}

void Series::coarsen() {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i % 2 == 1) {
      points[i / 2].add(points[i]);
    } else if (i > 0) {
      points[i / 2] = std::move(points[i]);
    }
  }
  points.resize((points.size() + 1) / 2);
  width_ns *= 2;
}

bool Series::align(Series& other) {
  while (width_ns != 0 && width_ns < other.width_ns) coarsen();
  while (other.width_ns != 0 && other.width_ns < width_ns) other.coarsen();
  if (width_ns == other.width_ns && width_ns != 0) return true;
  *this = {};
  return false;
}

void Series::append(Series later) {
  if (!align(later)) return;
  std::ranges::move(later.points, std::back_inserter(points));
  while (points.size() > kPointsMax) coarsen();
}

void Series::add(Series other) {
  if (!align(other)) return;
  points.resize(std::max(points.size(), other.points.size()));
  for (std::size_t i = 0; i < other.points.size(); ++i) points[i].add(other.points[i]);
}

std::optional<IntervalCounts> Series::total() const {
  IntervalCounts sum;
  for (const SeriesPoint& one : points) {
    for (const auto count :
         {&IntervalCounts::started, &IntervalCounts::completed, &IntervalCounts::failed,
          &IntervalCounts::timed_out, &IntervalCounts::refused, &IntervalCounts::unfinished,
          &IntervalCounts::octets_sent, &IntervalCounts::octets_received}) {
      if (one.*count > std::numeric_limits<std::uint64_t>::max() - sum.*count) return std::nullopt;
      sum.*count += one.*count;
    }
  }
  return sum;
}

SeriesPlan SeriesPlan::for_duration(std::uint64_t duration_ns, std::uint64_t late_ns, bool keeps_histograms) {
  SeriesPlan plan{.keeps_histograms = keeps_histograms};
  // Or a count, which may be reached at once.
  if (duration_ns <= kShortRunNs) plan.interval_ns = kEighthNs;
  // Some points are left for the last answers.
  constexpr std::uint64_t kPlanned = Series::kPointsMax * 9 / 10;
  while (duration_ns / (plan.interval_ns * plan.intervals_a_point) >= kPlanned) plan.intervals_a_point *= 2;
  const std::uint64_t longest_ns = Series::kPointsMax * plan.interval_ns * plan.intervals_a_point;
  plan.joins_points = duration_ns == 0 || late_ns >= longest_ns - duration_ns;
  return plan;
}

SeriesBuilder::SeriesBuilder(const SeriesPlan& plan)
    : series_{.width_ns = plan.interval_ns * plan.intervals_a_point, .points = {}},
      plan_(plan),
      intervals_a_point_(plan.intervals_a_point) {}

void SeriesBuilder::add(const Interval& interval) {
  while (interval.index / intervals_a_point_ >= Series::kPointsMax) {
    close();
    series_.coarsen();
    intervals_a_point_ *= 2;
  }
  const std::uint64_t place = interval.index / intervals_a_point_;
  if (place < series_.points.size()) {  // late, or in a point that had to be closed
    series_.points[place].add(point_of(interval));
    return;
  }
  if (is_open_ && place < open_.index) {  // late, in a gap that is not filled yet
    series_.points.resize(place);
    series_.points.push_back(point_of(interval));
    return;
  }
  if (is_open_ && place > open_.index) close();
  open_.index = place;
  open_.merge(interval);
  is_open_ = true;
}

void SeriesBuilder::close() {
  if (!is_open_) return;
  series_.points.resize(open_.index);
  series_.points.push_back(point_of(open_));
  open_.reset();
  is_open_ = false;
}

void SeriesBuilder::finish(std::uint64_t elapsed_ns) {
  close();
  std::vector<SeriesPoint>& points = series_.points;
  const auto is_after = [&] {
    const SeriesPoint& last = points.back();
    return last.completed == 0 && last.failed == 0 && (points.size() - 1) * series_.width_ns >= elapsed_ns;
  };
  while (points.size() > 1 && is_after()) {
    points[points.size() - 2].add(points.back());
    points.pop_back();
  }
  if (plan_.keeps_histograms) return;
  for (SeriesPoint& one : points) one.histogram = {};
}

}  // namespace backtalk::stats
