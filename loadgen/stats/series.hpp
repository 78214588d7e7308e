// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run over time, in at most a thousand points of equal width.
///
/// The points follow each other without a gap from the start of the measured part: point `i` is
/// about the time from `i * width_ns` to `(i + 1) * width_ns`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/interval.hpp"

namespace backtalk::stats {

struct SeriesPoint : IntervalCounts {
  /// Of the latencies of completed transactions; nullopt: too few completed, or points were joined
  /// without their histograms.
  std::optional<std::uint64_t> p50_ns;
  std::optional<std::uint64_t> p90_ns;
  std::optional<std::uint64_t> p99_ns;
  std::optional<std::uint64_t> max_ns;  ///< exact; nullopt: none completed
  /// The latencies (stats/hdr_v2.hpp); empty: they were not kept.
  std::string histogram;

  [[nodiscard]] static SeriesPoint of(const Interval& interval, bool keeps_histogram);

  /// Adds another point: a later one of the same run, or the same one of another part of the run.
  /// The percentiles are then those of both together if one has no latencies or both have kept
  /// their histograms, and unknown otherwise.
  void add(const SeriesPoint& other);

  friend bool operator==(const SeriesPoint&, const SeriesPoint&) = default;
};

/// Empty if `width_ns` is 0: nothing is known.
struct Series {
  static constexpr std::size_t kPointsMax = 1000;

  std::uint64_t width_ns = 0;
  std::vector<SeriesPoint> points;

  /// Makes the points twice as wide, which joins each two.
  void coarsen();

  /// Adds another part of the same run, point by point. If neither width is a multiple of the other
  /// by a power of two, nothing is known of the sum.
  void add(Series other);

  /// Adds the points of a later run behind these; nothing is known of the sum if the widths do not
  /// fit.
  void append(Series later);

  /// Adds up the points; nullopt: a sum exceeds 2^64 - 1, which only untrusted points can have.
  [[nodiscard]] std::optional<IntervalCounts> total() const;

  friend bool operator==(const Series&, const Series&) = default;

 private:
  // Gives both the larger width; false: that is not possible, and this is empty.
  bool align(Series& other);
};

/// How a run is cut.
struct SeriesPlan {
  std::uint64_t interval_ns = 1'000'000'000;  ///< which workers count: a second, or a part of it
  std::uint64_t intervals_a_point = 1;
  bool keeps_histograms = false;  ///< in the series; otherwise its points have percentiles alone
  bool sums_up = false;           ///< the sum of the intervals so far is wanted (IntervalSeries)
  bool joins_points = false;      ///< perhaps: until the end all histograms are kept

  /// For a run that lasts so long, or 0: until a count is reached. The last answers come `late_ns`
  /// after it at most.
  [[nodiscard]] static SeriesPlan for_duration(std::uint64_t duration_ns, std::uint64_t late_ns,
                                               bool keeps_histograms);
};

/// Makes a series of intervals that come in order of time, but for some that are late. Not thread
/// safe. Memory: the points, and the histogram of one of them.
class SeriesBuilder {
 public:
  explicit SeriesBuilder(const SeriesPlan& plan);

  /// What all workers, or one that is late, counted in an interval.
  void add(const Interval& interval);

  /// The run is over, and lasted so long. Points after it in which nothing completed or failed are
  /// joined to the last one before, and histograms that nobody wants are dropped.
  void finish(std::uint64_t elapsed_ns);

  /// The points that are closed; after `finish` all of them.
  [[nodiscard]] const Series& series() const noexcept { return series_; }

 private:
  [[nodiscard]] SeriesPoint point_of(const Interval& interval) const {
    return SeriesPoint::of(interval, plan_.keeps_histograms || plan_.joins_points);
  }
  void close();

  Series series_;
  SeriesPlan plan_;
  std::uint64_t intervals_a_point_;
  Interval open_;         // the point that is being counted, with its index
  bool is_open_ = false;  // something is in it
};

}  // namespace backtalk::stats
