// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/charts_over_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "html/chart.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "report/summary.hpp"
#include "stats/series.hpp"
#include "text/plural.hpp"

namespace backtalk::html {
namespace {

using result::RunResult;
using result::Second;

constexpr std::size_t kPointsMax = 300;

// What happened in a span of the run's time.
struct Moment {
  double begin_s = 0;
  double end_s = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<std::uint64_t> p50_ns = std::nullopt;
  std::optional<std::uint64_t> p90_ns = std::nullopt;
  std::optional<std::uint64_t> p99_ns = std::nullopt;

  [[nodiscard]] double length_s() const { return end_s - begin_s; }
  [[nodiscard]] double per_s() const {
    return length_s() > 0 ? static_cast<double>(completed) / length_s() : 0;
  }
  [[nodiscard]] double middle_s() const { return (begin_s + end_s) / 2; }
};

struct Moments {
  std::vector<Moment> all;
  // So many spans of the result are joined in each; 1: none.
  std::uint64_t each = 1;

  // A percentile as it is, or the largest of those that are joined.
  [[nodiscard]] std::string name_of(std::string_view percentile) const {
    return fmt::format("{}{}", each > 1 ? "largest " : "", percentile);
  }
};

std::optional<std::uint64_t> larger(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  return a && b ? std::max(a, b) : a ? a : b;
}

// Of the percentiles, the larger stands for both.
void append(Moment& to, const Moment& next) {
  to.end_s = next.end_s;
  to.completed += next.completed;
  to.failed += next.failed;
  to.p50_ns = larger(to.p50_ns, next.p50_ns);
  to.p90_ns = larger(to.p90_ns, next.p90_ns);
  to.p99_ns = larger(to.p99_ns, next.p99_ns);
}

std::vector<Moment> points_of(const RunResult& result) {
  std::vector<Moment> out;
  for (std::size_t i = 0; i < result.series.points.size(); ++i) {
    const stats::SeriesPoint& one = result.series.points[i];
    const double begin = static_cast<double>(i) * static_cast<double>(result.series.width_ns) / 1e9;
    out.push_back({.begin_s = begin,
                   .end_s = begin + static_cast<double>(result.series_length_ns(i)) / 1e9,
                   .completed = one.completed,
                   .failed = one.failed,
                   .p50_ns = one.p50_ns,
                   .p90_ns = one.p90_ns,
                   .p99_ns = one.p99_ns});
  }
  return out;
}

// How many spans of time a point of the charts stands for.
std::uint64_t joined(std::uint64_t spans) {
  return std::max<std::uint64_t>((spans + kPointsMax - 1) / kPointsMax, 1);
}

// Of a result that was saved before there were series: its seconds, of which those in which nothing
// ended are missing. They are joined at once: a short file may be about a long time.
Moments seconds_of(const RunResult& result) {
  constexpr double kLeast = 0.05;
  constexpr std::uint64_t kWeekS = 604'800;  // the longest run: beyond it, a file is wrong
  const auto is_of_run = [](const Second& one) { return one.t_s > 0 && one.t_s <= 2 * kWeekS; };
  std::uint64_t last = 0;
  for (const Second& one : result.seconds) {
    if (is_of_run(one)) last = std::max(last, one.t_s);
  }
  Moments out{.all = {}, .each = joined(last)};
  for (std::uint64_t begin = 0; begin < last; begin += out.each) {
    const std::uint64_t end = std::min(begin + out.each, last);
    out.all.push_back({.begin_s = static_cast<double>(begin), .end_s = static_cast<double>(end)});
  }
  for (const Second& one : result.seconds) {
    if (!is_of_run(one)) continue;
    Moment& moment = out.all.at((one.t_s - 1) / out.each);
    append(moment, {.end_s = moment.end_s,
                    .completed = one.completed,
                    .failed = one.failed,
                    .p50_ns = one.completed > 0 ? one.p50_ns : std::nullopt,
                    .p99_ns = one.p99_ns});
  }
  // The last second may be a part of one.
  if (last > 0) {
    const auto begin = static_cast<double>(last - 1);
    out.all.back().end_s = std::clamp(result.elapsed_s(), begin + kLeast, begin + 1);
  }
  return out;
}

Moments join(const std::vector<Moment>& points) {
  Moments out{.all = {}, .each = joined(points.size())};
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i % out.each == 0) {
      out.all.push_back(points[i]);
    } else {
      append(out.all.back(), points[i]);
    }
  }
  return out;
}

Moments moments_of(const RunResult& result) {
  Moments moments = result.series.points.empty() ? seconds_of(result) : join(points_of(result));
  std::vector<Moment>& out = moments.all;
  // A rate of a few milliseconds would say nothing.
  if (out.size() > 1 && out.back().length_s() < out.front().length_s() / 2) {
    const Moment rest = out.back();
    out.pop_back();
    append(out.back(), rest);
  }
  return moments;
}

std::string show_s(double seconds) {
  constexpr double kShort = 10;
  return (seconds < kShort ? fmt::format("{:.3g}", seconds) : show_number(seconds)) + " s";
}

std::string show_ns(const std::optional<std::uint64_t>& ns) {
  return ns ? report::show_ns(static_cast<double>(*ns)) : "–";
}

// An axis from 0 to the end of the run, with a point for each moment.
Chart chart_of(std::string_view css_class, std::string_view title, const std::vector<Moment>& moments) {
  const Scale time = Scale::linear(0, moments.back().end_s);
  Chart out{.css_class = std::string(css_class),
            .title = std::string(title),
            .reading = {},
            .x = {},
            .x_shown = {},
            .x_ticks = time.ticks(8, " s"),
            .y_ticks = {},
            .x_finer = time.finer_ticks(8, " s")};
  for (const Moment& one : moments) {
    out.x.push_back(time.at(one.middle_s()));
    out.x_shown.push_back(fmt::format("{} to {}", show_s(one.begin_s), show_s(one.end_s)));
  }
  return out;
}

std::string draw_rate(const RunResult& result, const std::vector<Moment>& moments) {
  Chart chart = chart_of("rate", "Rate over time", moments);
  double most = result.workload.rate.value_or(0);
  for (const Moment& one : moments) most = std::max(most, one.per_s());
  if (result.measured.completed == 0) return {};
  const Scale scale = Scale::linear(0, most * 1.08);
  chart.y_ticks = scale.ticks(5, "/s");
  Line line{.name = "completed", .css_class = "a", .at = {}, .shown = {}};
  for (const Moment& one : moments) {
    line.at.emplace_back(scale.at(one.per_s()));
    line.shown.push_back(show_number(one.per_s()) + "/s");
  }
  chart.reading = fmt::format("{} that completed in each {} of the run, as a rate: a dip is a stall.",
                              text::plural(result.transaction), show_s(moments.front().length_s()));
  chart.reading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(chart.reading[0])));
  if (result.workload.rate && result.stages.empty()) {
    Line asked{.name = "requested", .css_class = "asked", .at = {}, .shown = {}};
    asked.at.assign(moments.size(), scale.at(*result.workload.rate));
    asked.shown.assign(moments.size(), show_number(*result.workload.rate) + "/s");
    chart.lines.push_back(std::move(asked));
  }
  chart.lines.push_back(std::move(line));
  return draw(chart);
}

std::string draw_latency(const Moments& from) {
  const std::vector<Moment>& moments = from.all;
  std::optional<std::uint64_t> low;
  std::uint64_t high = 0;
  for (const Moment& one : moments) {
    if (one.p50_ns) low = low ? std::min(low, one.p50_ns) : one.p50_ns;
    high = std::max(high, larger(larger(one.p50_ns, one.p90_ns), one.p99_ns).value_or(0));
  }
  if (!low) return {};
  const Scale scale = Scale::logarithmic(static_cast<double>(std::max<std::uint64_t>(*low, 1)) / 1.15,
                                         static_cast<double>(std::max<std::uint64_t>(high, 1)) * 1.15);
  Chart chart = chart_of("latency", "Latency over time", moments);
  chart.y_ticks = scale.time_ticks();
  bool any_p99 = false;
  for (const auto& [name, css_class, ns] :
       {std::tuple("p50", "a", &Moment::p50_ns), std::tuple("p90", "c", &Moment::p90_ns),
        std::tuple("p99", "b", &Moment::p99_ns)}) {
    Line line{.name = from.name_of(name), .css_class = css_class, .at = {}, .shown = {}};
    bool any = false;
    for (const Moment& one : moments) {
      const std::optional<std::uint64_t>& value = one.*ns;
      line.at.push_back(value ? std::optional(scale.at(static_cast<double>(*value))) : std::nullopt);
      line.shown.push_back(show_ns(value));
      any = any || value.has_value();
    }
    any_p99 = any && ns == &Moment::p99_ns;
    if (any) chart.lines.push_back(std::move(line));
  }
  chart.reading =
      "Percentiles of what completed at that time. A rising line means that the run had not settled; a peak "
      "means that the server, or this machine, was busy with something else.";
  if (from.each > 1)
    chart.reading += fmt::format(
        " Each point stands for {} spans of the result, and shows the largest of their percentiles, which is "
        "more than the percentile of the whole.",
        from.each);
  if (!any_p99)
    chart.reading += fmt::format(" No span of {} has the 662 samples that a p99 needs.",
                                 show_s(moments.front().length_s()));
  return draw(chart);
}

std::string draw_failures(const RunResult& result, const std::vector<Moment>& moments) {
  std::uint64_t most = 0;
  for (const Moment& one : moments) most = std::max(most, one.failed);
  if (most == 0) return {};
  const Scale scale = Scale::linear(0, static_cast<double>(most) * 1.08);
  Chart chart = chart_of("failures", "Failures over time", moments);
  for (const Tick& one : scale.ticks(4, "")) {
    // There is no half failure.
    if (one.label.find('.') == std::string::npos) chart.y_ticks.push_back(one);
  }
  Line failed{.name = "failed", .css_class = "bad", .at = {}, .shown = {}, .form = Line::Form::bars};
  for (const Moment& one : moments) {
    failed.at.emplace_back(scale.at(static_cast<double>(one.failed)));
    failed.shown.push_back(show_count(one.failed));
  }
  chart.lines = {std::move(failed)};
  chart.reading = fmt::format(
      "How many {} failed in each {}. Their scale is their own: even one failure among millions has a bar.",
      text::plural(result.transaction), show_s(moments.front().length_s()));
  return draw(chart);
}

std::string tabulate(const Moments& from) {
  std::string out =
      "<details><summary>Values over time</summary><div class=\"scroll\"><table><thead><tr><th "
      "class=\"n\">until</th><th class=\"n\">completed</th><th class=\"n\">rate</th><th "
      "class=\"n\">failed</th>";
  const auto to = std::back_inserter(out);
  for (const std::string_view name : {"p50", "p99"})
    fmt::format_to(to, "<th class=\"n\">{}</th>", from.name_of(name));
  out += "</tr></thead><tbody>\n";
  for (const Moment& one : from.all) {
    fmt::format_to(to, "<tr><td>{}</td><td>{}</td><td>{}/s</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                   show_s(one.end_s), show_count(one.completed), show_number(one.per_s()),
                   show_count(one.failed), show_ns(one.p50_ns), show_ns(one.p99_ns));
  }
  return out + "</tbody></table></div></details>\n";
}

}  // namespace

std::string draw_over_time(const RunResult& result) {
  const Moments moments = moments_of(result);
  if (moments.all.empty()) return {};
  return draw_rate(result, moments.all) + draw_latency(moments) + draw_failures(result, moments.all) +
         tabulate(moments);
}

}  // namespace backtalk::html
