// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Metrics as text, in one of the two forms in which Prometheus and others read them: OpenMetrics
/// 1.0, and Prometheus' own text format 0.0.4, for clients that do not ask for the other.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "stats/histogram.hpp"

namespace backtalk::report {

enum class MetricsFormat : std::uint8_t { open_metrics, prometheus };

/// What an HTTP answer with this text has as its Content-Type.
[[nodiscard]] std::string_view content_type_of(MetricsFormat format);

class MetricsText {
 public:
  /// Names and values; the values may be any text in UTF-8.
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit MetricsText(MetricsFormat format) : format_(format) {}

  /// Begins a metric: what follows is of it. A name ends in its unit, if it has one, and of a
  /// counter has no "_total" here.
  void counter(std::string_view name, std::string_view unit, std::string_view help);
  void gauge(std::string_view name, std::string_view unit, std::string_view help);

  void value(std::uint64_t value, Labels labels = {});
  void value(double value, Labels labels = {});

  /// A histogram of nanoseconds as one of seconds, in buckets of which each power of ten has three.
  void seconds(std::string_view name, std::string_view help, const stats::Histogram& histogram);

  /// The whole text, with its last line end.
  [[nodiscard]] std::string finish() &&;

 private:
  void begin(std::string_view name, std::string_view type, std::string_view unit, std::string_view help);
  void sample(std::string_view suffix, Labels labels, std::string_view value);

  MetricsFormat format_;
  std::string name_;
  std::string_view suffix_;
  std::string text_;
};

}  // namespace backtalk::report
