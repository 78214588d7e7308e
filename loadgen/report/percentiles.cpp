// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/percentiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>

#include "report/summary.hpp"
#include "stats/percentile.hpp"

namespace backtalk::report {
namespace {

constexpr std::array kReported{50.0, 90.0, 99.0, 99.9};

std::uint64_t samples_of(const result::RunResult& result) {
  return result.latency.count() + result.censored.count();
}

// "needs 662 samples (has 120)"
std::string needed_for(double percentile, std::uint64_t samples) {
  return fmt::format("needs {} samples (has {})", stats::samples_to_report(percentile), samples);
}

// "needs 662" of a percentile that has some samples, but too few.
std::optional<std::string> needs_more(const result::RunResult& result, double percentile) {
  const std::uint64_t samples = samples_of(result);
  const std::uint64_t needed = stats::samples_to_report(percentile);
  return samples > 0 && samples < needed ? std::optional(fmt::format("needs {}", needed)) : std::nullopt;
}

// The interval in the unit and with the digits of the figure: " (3.87–14.10)".
std::string show_interval(std::string_view figure, const stats::Confidence& interval, double value) {
  const auto low = static_cast<double>(interval.low);
  const auto high = static_cast<double>(interval.high);
  if (is_unsteady(interval)) return " (unsteady)";
  const std::size_t number = figure.find(' ');
  const std::size_t point = figure.substr(0, number).find('.');
  const int digits = point == std::string_view::npos ? 0 : static_cast<int>(number - point - 1);
  const double shown = std::strtod(std::string(figure.substr(0, number)).c_str(), nullptr);
  const double unit = shown > 0 ? value / shown : 1;
  return fmt::format(" ({:.{}f}–{:.{}f})", low / unit, digits, high / unit, digits);
}

// The slowest of all; an age beyond the slowest latency is that or more.
stats::Percentile slowest(const stats::Histogram& latency, const stats::Histogram& censored) {
  const std::uint64_t known = latency.max();
  const std::uint64_t age = censored.max();
  return {.value = std::max(known, age), .at_least = age > known};
}

// Of those that failed late, how many never went out: they waited for a session, and not for the
// server.
std::uint64_t never_sent(const result::RunResult& result, std::uint64_t late) {
  const auto found = std::ranges::find(result.errors, "no-free-connection", &result::NamedCount::name);
  return found == result.errors.end() ? 0 : std::min(found->count, late);
}

struct Part {
  std::uint64_t count;
  std::string_view what;
};

// "12 % timed out, 1 % unfinished": those that there are.
std::string show_parts(std::uint64_t all, std::initializer_list<Part> parts) {
  std::string out;
  for (const Part& part : parts) {
    if (part.count == 0) continue;
    const double share = static_cast<double>(part.count) / static_cast<double>(all);
    fmt::format_to(std::back_inserter(out), "{}{} {}", out.empty() ? "" : ", ", show_share(share), part.what);
  }
  return out;
}

}  // namespace

bool is_unsteady(const stats::Confidence& interval) {
  // One that is wider, as a ratio, says no more than that the figure is not known.
  constexpr double kWideMin = 3;
  return static_cast<double>(interval.high) > kWideMin * static_cast<double>(interval.low);
}

std::string show_figure(const stats::Percentile& figure) {
  return (figure.at_least ? "≥ " : "") + show_ns(static_cast<double>(figure.value));
}

std::string show_percentile(const stats::Histogram& histogram, double percentile) {
  return show_percentile(histogram, {}, percentile);
}

std::string show_percentile(const stats::Histogram& histogram, const stats::Histogram& censored,
                            double percentile) {
  const auto value = stats::censored_percentile(histogram, censored, percentile);
  if (!value) return "-";
  const std::uint64_t samples = histogram.count() + censored.count();
  return samples < stats::samples_to_report(percentile) ? needed_for(percentile, samples)
                                                        : show_figure(*value);
}

std::string show_percentile_cell(const stats::Histogram& histogram, const stats::Histogram& censored,
                                 double percentile) {
  const std::uint64_t samples = histogram.count() + censored.count();
  const std::uint64_t needed = stats::samples_to_report(percentile);
  return samples > 0 && samples < needed ? fmt::format("needs {}", needed)
                                         : show_percentile(histogram, censored, percentile);
}

std::string show_percentile(const result::Stage& stage, double percentile,
                            const std::optional<stats::Confidence>& interval) {
  std::string figure = show_percentile(stage.latency, stage.censored, percentile);
  const auto value = stage.latency_at(percentile);
  if (interval && value) figure += show_interval(figure, *interval, static_cast<double>(value->value));
  return figure;
}

std::string show_distribution(const stats::Histogram& histogram) {
  return show_distribution(histogram, {}, 0);
}

std::string show_distribution(const stats::Histogram& histogram, const stats::Histogram& censored,
                              std::uint64_t timed_out) {
  std::string out;
  for (const double one : kReported)
    out += fmt::format("p{} {}, ", one, show_percentile(histogram, censored, one));
  return out + "max " + show_figure(slowest(histogram, censored)) +
         show_censored_part(histogram, censored, timed_out);
}

std::string show_latency(const result::RunResult& result, double percentile) {
  const std::uint64_t samples = samples_of(result);
  if (samples == 0) return "-";
  const auto value = result.latency_at(percentile);
  return value && samples >= stats::samples_to_report(percentile) ? show_figure(*value)
                                                                  : needed_for(percentile, samples);
}

std::string show_estimate(const result::RunResult& result, double percentile) {
  const auto value = result.latency_at(percentile);
  const bool enough = value && samples_of(result) >= stats::samples_to_report(percentile);
  const std::string figure = show_latency(result, percentile);
  const auto interval = enough ? result.latency_interval(percentile) : std::nullopt;
  return interval ? figure + show_interval(figure, *interval, static_cast<double>(value->value)) : figure;
}

std::string show_latency_cell(const result::RunResult& result, double percentile) {
  return needs_more(result, percentile).value_or(show_latency(result, percentile));
}

std::string show_estimate_cell(const result::RunResult& result, double percentile) {
  return needs_more(result, percentile).value_or(show_estimate(result, percentile));
}

std::string show_latencies(const result::RunResult& result) {
  std::string out;
  for (const double one : kReported) out += fmt::format("p{} {}, ", one, show_estimate(result, one));
  out += "max " + show_figure(slowest(result.latency, result.censored));
  if (const std::string censored = show_censored(result); !censored.empty()) out += ": " + censored;
  return out;
}

std::string show_latencies(const result::Deliveries& deliveries) {
  const std::uint64_t samples = deliveries.latency.count() + deliveries.ages.count();
  std::string out;
  for (const double one : kReported) {
    const auto value = stats::censored_percentile(deliveries.latency, deliveries.ages, one);
    const bool enough = value && samples >= stats::samples_to_report(one);
    std::string figure = enough ? show_figure(*value) : samples == 0 ? "-" : needed_for(one, samples);
    if (const auto interval = enough ? deliveries.interval(one) : std::nullopt)
      figure += show_interval(figure, *interval, static_cast<double>(value->value));
    out += fmt::format("p{} {}, ", one, figure);
  }
  const std::uint64_t oldest = deliveries.ages.max();
  const std::uint64_t slowest = deliveries.latency.max();
  return out + "max " + show_figure({.value = std::max(slowest, oldest), .at_least = oldest > slowest});
}

std::string show_censored(const result::RunResult& result) {
  const std::uint64_t unfinished = result.censored_unfinished();
  const std::uint64_t late = result.censored.count() - unfinished;
  const std::uint64_t unsent = never_sent(result, late);
  return show_parts(result.latency.count() + result.censored.count(),
                    {{late - unsent, "timed out"}, {unsent, "never sent"}, {unfinished, "unfinished"}});
}

std::string show_censored_part(const stats::Histogram& latency, const stats::Histogram& censored,
                               std::uint64_t timed_out) {
  if (censored.empty()) return {};
  const std::uint64_t late = std::min(timed_out, censored.count());
  return ": " + show_parts(latency.count() + censored.count(),
                           {{late, "timed out"}, {censored.count() - late, "unfinished"}});
}

}  // namespace backtalk::report
