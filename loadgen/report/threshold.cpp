// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "stats/percentile.hpp"
#include "text/blanks.hpp"
#include "text/duration.hpp"
#include "text/plural.hpp"

namespace backtalk::report {
namespace {

constexpr std::string_view kInvalid = "invalid";

enum class Kind : std::uint8_t { time, number, share };

struct Metric {
  std::string_view name;
  Kind kind;
  std::optional<double> percentile = std::nullopt;
};
constexpr std::array kMetrics{Metric{"max", Kind::time},     Metric{"mean", Kind::time},
                              Metric{"per_s", Kind::number}, Metric{"completed", Kind::number},
                              Metric{"failed", Kind::share}, Metric{"unfinished", Kind::share}};

// "p95": any percentile will do, as for --slo.
std::optional<Metric> find_metric(std::string_view name) {
  const auto found = std::ranges::find_if(kMetrics, [name](const Metric& one) { return one.name == name; });
  if (found != kMetrics.end()) return *found;
  if (!name.starts_with('p')) return std::nullopt;
  double percentile = 0;
  const auto [stop, failure] = std::from_chars(name.data() + 1, name.data() + name.size(), percentile);
  const bool whole = failure == std::errc{} && stop == name.data() + name.size();
  const bool within = percentile > 0 && percentile < 100;  // NaN is not
  if (!whole || !within) return std::nullopt;
  return Metric{name, Kind::time, percentile};
}

// Turns "10 ms" into "10ms".
std::string close_unit(std::string_view value) {
  const std::size_t number_octets = value.find_last_of("0123456789.") + 1;
  return std::string(value.substr(0, number_octets))
      .append(text::without_blanks(value.substr(number_octets)));
}

constexpr std::string_view kDelivery = "delivery ";

// Takes the word off the beginning, if it is there.
bool take_delivery(std::string_view& metric) {
  if (!metric.starts_with(kDelivery)) return false;
  metric = text::without_blanks(metric.substr(kDelivery.size()));
  return true;
}

// What a threshold of times is about.
struct Times {
  const stats::Histogram& known;
  stats::Histogram ages;  // of what has none, or not yet: theirs is that or more
  std::string_view none;  // what is said if there is nothing
  std::string what;       // "messages"
};

Times times_of(const Threshold& threshold, const result::RunResult& result) {
  if (threshold.delivery)
    return {.known = result.delivery,
            .ages = result.deliveries ? result.deliveries->ages : stats::Histogram(),
            .none = "no message was seen in its mailbox",
            .what = "messages"};
  return {.known = result.latency,
          .ages = result.censored,
          .none = "nothing completed",
          .what = text::plural(result.transaction)};
}

double count_of(std::string_view metric, const result::RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  if (metric == "per_s") return result.per_s();
  if (metric == "completed") return static_cast<double>(counted.completed);
  if (metric == "failed") return static_cast<double>(counted.failed);
  return static_cast<double>(counted.unfinished);
}

std::optional<std::string> why_invalid(const result::Verdict& verdict) {
  if (verdict.valid()) return std::nullopt;
  const result::Reason& reason = verdict.reasons.front();
  return fmt::format("invalid ({}): {}", reason.code, reason.sentence);
}

bool lies_beyond(const Threshold& threshold, double measured) {
  return threshold.above ? measured > threshold.value : measured < threshold.value;
}

// Without a latency, or with too few for the percentile, a threshold counts as crossed: that it is
// kept was not shown. So does an upper limit if all that is known is that the figure is that or
// more.
std::optional<std::string> time_crossed(const Threshold& threshold, const result::RunResult& result) {
  const Times times = times_of(threshold, result);
  if (times.known.empty()) return fmt::format("{}: {}", threshold.text, times.none);
  const Metric metric = *find_metric(threshold.metric);
  stats::Percentile measured;
  if (metric.percentile) {
    const std::uint64_t samples = times.known.count() + times.ages.count();
    const std::uint64_t needed = stats::samples_to_report(*metric.percentile);
    if (samples < needed)
      return fmt::format("{}: {} needs {} {}, there were {}", threshold.text, metric.name, needed, times.what,
                         samples);
    measured = stats::censored_percentile(times.known, times.ages, *metric.percentile).value_or(measured);
  } else {
    // Those that timed out or were unfinished are at least as old as they were then.
    stats::Histogram all = times.known;
    all.merge(times.ages);
    measured = {.value = metric.name == "max" ? all.max() : static_cast<std::uint64_t>(all.mean()),
                .at_least = metric.name == "max" && !times.ages.empty()};
  }
  const auto value = static_cast<double>(measured.value);
  if (!lies_beyond(threshold, value) && !(measured.at_least && threshold.above)) return std::nullopt;
  if (measured.at_least && !threshold.above) return std::nullopt;
  const std::string censored =
      threshold.delivery ? fmt::format("{} did not arrive", times.ages.count()) : show_censored(result);
  return fmt::format("{}: measured {}{}", threshold.text,
                     measured.at_least ? censored + ", so at least " : "", show_ns(value));
}

}  // namespace

std::variant<Threshold, std::string> read_threshold(std::string_view text) {
  if (text == kInvalid) return Threshold{.text = std::string(text), .metric = std::string(text)};
  const std::size_t sign = text.find_first_of("<>");
  std::string_view name = text::without_blanks(text.substr(0, sign));
  const bool delivery = take_delivery(name);
  const std::optional<Metric> metric = find_metric(name);
  const auto wrong = [text] {
    return fmt::format(
        "--fail-if `{}`: write METRIC>VALUE or METRIC<VALUE: pN (such as p99), max, mean (10ms, with its "
        "unit; `delivery p99` with --watch), per_s, completed (1000), failed, unfinished (5 or 1%); or "
        "`invalid`",
        text);
  };
  if (sign == std::string_view::npos || !metric || (delivery && metric->kind != Kind::time)) return wrong();
  Threshold threshold{.text = std::string(text),
                      .metric = std::string(metric->name),
                      .delivery = delivery,
                      .above = text[sign] == '>'};
  const std::string close = close_unit(text::without_blanks(text.substr(sign + 1)));
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

void add_validity(std::vector<Threshold>& thresholds) {
  if (thresholds.empty() || std::ranges::find(thresholds, kInvalid, &Threshold::metric) != thresholds.end())
    return;
  thresholds.push_back({.text = std::string(kInvalid), .metric = std::string(kInvalid)});
}

std::variant<std::vector<Threshold>, std::string> read_thresholds(std::span<const std::string> texts) {
  std::vector<Threshold> out;
  for (const std::string& text : texts) {
    auto threshold = read_threshold(text);
    if (auto* problem = std::get_if<std::string>(&threshold)) return std::move(*problem);
    out.push_back(std::get<Threshold>(std::move(threshold)));
  }
  add_validity(out);
  return out;
}

std::optional<std::string> crossed(const Threshold& threshold, const result::RunResult& result) {
  if (threshold.metric == kInvalid) return why_invalid(judge(result));
  if (find_metric(threshold.metric)->kind == Kind::time) return time_crossed(threshold, result);
  double measured = count_of(threshold.metric, result);
  if (threshold.per_cent) {
    const auto started = static_cast<double>(result.measured.started);
    measured = started > 0 ? measured * 100 / started : 0;
  }
  if (!lies_beyond(threshold, measured)) return std::nullopt;
  return fmt::format("{}: measured {:.6g}{}", threshold.text, measured, threshold.per_cent ? " %" : "");
}

std::vector<std::string> crossed(std::span<const Threshold> thresholds, const result::RunResult& result) {
  std::vector<std::string> out;
  for (const Threshold& threshold : thresholds) {
    if (auto sentence = crossed(threshold, result)) out.push_back(std::move(*sentence));
  }
  return out;
}

}  // namespace backtalk::report
