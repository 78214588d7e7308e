// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "report/summary.hpp"
#include "text/duration.hpp"

namespace backtalk::report {
namespace {

enum class Kind : std::uint8_t { time, number, share };

struct Metric {
  std::string_view name;
  Kind kind;
};
constexpr std::array kMetrics{Metric{"p50", Kind::time},     Metric{"p90", Kind::time},
                              Metric{"p99", Kind::time},     Metric{"p99.9", Kind::time},
                              Metric{"max", Kind::time},     Metric{"mean", Kind::time},
                              Metric{"per_s", Kind::number}, Metric{"completed", Kind::number},
                              Metric{"failed", Kind::share}, Metric{"unfinished", Kind::share}};

const Metric* find_metric(std::string_view name) {
  const auto found = std::ranges::find_if(kMetrics, [name](const Metric& one) { return one.name == name; });
  return found == kMetrics.end() ? nullptr : &*found;
}

std::string_view without_spaces_around(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// Turns "10 ms" into "10ms".
std::string close_unit(std::string_view value) {
  const std::size_t number_octets = value.find_last_of("0123456789.") + 1;
  return std::string(value.substr(0, number_octets))
      .append(without_spaces_around(value.substr(number_octets)));
}

double measure(std::string_view metric, const result::RunResult& result) {
  const stats::Histogram& latency = result.latency;
  const stats::TransactionTally& counted = result.measured;
  if (metric == "p50") return static_cast<double>(latency.value_at_percentile(50));
  if (metric == "p90") return static_cast<double>(latency.value_at_percentile(90));
  if (metric == "p99") return static_cast<double>(latency.value_at_percentile(99));
  if (metric == "p99.9") return static_cast<double>(latency.value_at_percentile(99.9));
  if (metric == "max") return static_cast<double>(latency.max());
  if (metric == "mean") return latency.mean();
  if (metric == "per_s") return result.per_s();
  if (metric == "completed") return static_cast<double>(counted.completed);
  if (metric == "failed") return static_cast<double>(counted.failed);
  return static_cast<double>(counted.unfinished);
}

}  // namespace

std::variant<Threshold, std::string> read_threshold(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  const Metric* metric = find_metric(without_spaces_around(text.substr(0, sign)));
  const auto wrong = [text] {
    return fmt::format(
        "--fail-if `{}`: write METRIC>VALUE or METRIC<VALUE: p50 p90 p99 p99.9 max mean (10ms, with its "
        "unit), per_s, completed (1000), failed, unfinished (5 or 1%)",
        text);
  };
  if (sign == std::string_view::npos || metric == nullptr) return wrong();
  Threshold threshold{
      .text = std::string(text), .metric = std::string(metric->name), .above = text[sign] == '>'};
  const std::string close = close_unit(without_spaces_around(text.substr(sign + 1)));
  std::string_view value = close;
  if (metric->kind == Kind::time) {
    // Other options read 10 as ten seconds, but most people who write it here mean milliseconds.
    const bool has_unit = value.ends_with('s') || value.ends_with('m') || value.ends_with('h');
    const auto ns = has_unit ? text::read_duration(value) : std::nullopt;
    if (!ns) return wrong();
    threshold.value = static_cast<double>(*ns);
    return threshold;
  }
  if (metric->kind == Kind::share && value.ends_with('%')) {
    threshold.per_cent = true;
    value.remove_suffix(1);
  }
  const auto [stop, failure] = std::from_chars(value.data(), value.data() + value.size(), threshold.value);
  if (failure != std::errc{} || stop != value.data() + value.size()) return wrong();
  // "nan" and "inf" can never be crossed.
  if (!std::isfinite(threshold.value) || threshold.value < 0) return wrong();
  return threshold;
}

std::optional<std::string> crossed(const Threshold& threshold, const result::RunResult& result) {
  double measured = measure(threshold.metric, result);
  if (threshold.per_cent) {
    const auto started = static_cast<double>(result.measured.started);
    measured = started > 0 ? measured * 100 / started : 0;
  }
  // If nothing completed there is no latency, and a threshold for it counts as crossed.
  const bool is_time = find_metric(threshold.metric)->kind == Kind::time;
  const bool nothing = is_time && result.latency.empty();
  if (!nothing && !(threshold.above ? measured > threshold.value : measured < threshold.value))
    return std::nullopt;
  if (nothing) return fmt::format("{}: nothing completed", threshold.text);
  return fmt::format(
      "{}: measured {}", threshold.text,
      is_time ? show_ns(measured) : fmt::format("{:.6g}{}", measured, threshold.per_cent ? " %" : ""));
}

}  // namespace backtalk::report
