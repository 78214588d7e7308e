// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/percentile_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "html/chart.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "stats/percentile.hpp"

namespace backtalk::html {
namespace {

using result::RunResult;

constexpr int kPoints = 160;
// Each point of the band takes the percentile of each batch.
constexpr int kBandEvery = 5;

// Those that the axis names and the table has, as a share.
struct Named {
  double share;
  std::string_view name;
};
constexpr std::array kNamed{Named{0, "min"},
                            Named{0.9, "p90"},
                            Named{0.99, "p99"},
                            Named{0.999, "p99.9"},
                            Named{0.9999, "p99.99"},
                            Named{0.99999, "p99.999"},
                            Named{0.999999, "p99.9999"},
                            Named{0.9999999, "p99.99999"},
                            Named{0.5, "p50"},
                            Named{0.95, "p95"},
                            Named{0.995, "p99.5"},
                            Named{0.75, "p75"},
                            Named{0.9995, "p99.95"},
                            Named{0.25, "p25"},
                            Named{0.98, "p98"},
                            Named{0.998, "p99.8"}};

std::string show_share(double share) {
  if (share <= 0) return "min";
  const double per_cent = share * 100;
  const int digits = per_cent < 90 ? 0 : std::max(0, static_cast<int>(std::ceil(nines(share))) - 1);
  return fmt::format("p{:.{}f}", per_cent, digits);
}

std::string show(const stats::Percentile& figure) {
  return report::show_figure(figure);
}

// As far as the result has it: the axis ends with the slowest of all.
double last_of(const RunResult& result) {
  const auto all = static_cast<double>(result.latency.count() + result.censored.count());
  return std::max(1.0, std::log10(std::max(all, 1.0)));
}

struct Curve {
  Line line;  // as far as there are samples enough
  Line thin;  // the rest
};

// `supported`: how many nines there are samples for.
Curve curve_of(const Chart& chart, double last, double supported, const Scale& scale, const std::string& name,
               const std::string& css_class, const stats::Histogram& latency, const stats::Histogram& ages) {
  Curve out{.line = {.name = name, .css_class = css_class, .at = {}, .shown = {}},
            .thin = {.name = "too few samples", .css_class = css_class + " thin", .at = {}, .shown = {}}};
  for (const double x : chart.x) {
    const double share = 1 - std::pow(10, -x * last);
    const auto figure = stats::censored_percentile(latency, ages, share * 100);
    const bool enough = x * last <= supported + 1e-9;
    const std::optional<double> at =
        figure ? std::optional(scale.at(static_cast<double>(figure->value))) : std::nullopt;
    out.line.at.push_back(enough ? at : std::nullopt);
    out.thin.at.push_back(enough ? std::nullopt : at);
    const std::string shown = figure ? show(*figure) : std::string();
    out.line.shown.push_back(enough || shown.empty() ? shown : shown + " (too few samples)");
    out.thin.shown.emplace_back();
  }
  // The two parts meet.
  for (std::size_t i = 1; i < chart.x.size(); ++i) {
    if (out.thin.at[i] && out.line.at[i - 1]) out.thin.at[i - 1] = out.line.at[i - 1];
  }
  return out;
}

// How many nines a percentile may have for so many samples.
double supported_of(std::uint64_t samples, double last) {
  double out = 0;
  for (int i = 0; i <= kPoints; ++i) {
    const double at = last * i / kPoints;
    if (stats::samples_to_report(100 * (1 - std::pow(10, -at))) <= samples) out = at;
  }
  return out;
}

Band band_of(const RunResult& result, const Chart& chart, double last, const Scale& scale) {
  Band band{.name = "95 % interval", .css_class = "a", .low = {}, .high = {}, .shown = {}};
  std::optional<stats::Confidence> known;
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    if (i % kBandEvery == 0) known = result.latency_interval(100 * (1 - std::pow(10, -chart.x[i] * last)));
    const bool here = known && i % kBandEvery == 0;
    band.low.push_back(here ? std::optional(scale.at(static_cast<double>(known->low))) : std::nullopt);
    band.high.push_back(here ? std::optional(scale.at(static_cast<double>(known->high))) : std::nullopt);
    band.shown.push_back(known ? fmt::format("{} to {}", report::show_ns(static_cast<double>(known->low)),
                                             report::show_ns(static_cast<double>(known->high)))
                               : std::string());
  }
  // Straight lines between the points that were calculated.
  for (std::size_t i = kBandEvery; i < chart.x.size(); i += kBandEvery) {
    const std::size_t before = i - kBandEvery;
    if (!band.low[before] || !band.low[i]) continue;
    for (std::size_t k = 1; k < kBandEvery; ++k) {
      const double part = static_cast<double>(k) / kBandEvery;
      band.low[before + k] = *band.low[before] + part * (*band.low[i] - *band.low[before]);
      band.high[before + k] = *band.high[before] + part * (*band.high[i] - *band.high[before]);
    }
  }
  return band;
}

bool has_band(const Band& band) {
  return std::ranges::any_of(band.low, [](const auto& one) { return one.has_value(); });
}

std::string table_of(const RunResult& result, double last) {
  const bool open = result.workload.rate.has_value();
  Table table(open ? std::vector<std::string>{"", ">scheduled", ">95 % interval", ">actual"}
                   : std::vector<std::string>{"", ">latency", ">95 % interval"});
  std::vector<Named> all(kNamed.begin(), kNamed.end());
  std::ranges::sort(all, {}, &Named::share);
  for (const Named& one : all) {
    if (one.share == 0 || nines(one.share) > last + 1e-9) continue;
    const double percentile = one.share * 100;
    const auto interval = result.latency_interval(percentile);
    std::vector<std::string> row{
        std::string(one.name), escaped(report::show_latency(result, percentile)),
        interval ? escaped(fmt::format("{} to {}", report::show_ns(static_cast<double>(interval->low)),
                                       report::show_ns(static_cast<double>(interval->high))))
                 : "–"};
    if (open)
      row.push_back(escaped(report::show_percentile(result.service, result.service_censored, percentile)));
    table.add(row);
  }
  return "<details><summary>Values</summary>" + table.html() + "</details>";
}

std::string reading_of(bool open, bool band, bool thin) {
  std::string out =
      "One transaction in ten takes longer than p90, one in a hundred longer than p99. p90, p99 and p99.9 "
      "are "
      "equally far apart.";
  if (open)
    out +=
        " Scheduled latency counts from the instant at which a transaction was due, actual latency from when "
        "it was sent: the gap between them is the wait of clients that could not send.";
  if (band) out += " The band is the 95 % interval of each percentile.";
  if (thin) out += " The dotted end has too few samples to rely on.";
  return out;
}

}  // namespace

std::string draw_percentiles(const RunResult& result) {
  if (result.latency.empty()) return {};
  const bool open = result.workload.rate.has_value();
  const double last = last_of(result);
  Chart chart{.css_class = "percentiles",
              .title = "Latency by percentile",
              .reading = {},
              .x = {},
              .x_shown = {},
              .x_ticks = {},
              .y_ticks = {}};
  for (int i = 0; i <= kPoints; ++i) {
    chart.x.push_back(static_cast<double>(i) / kPoints);
    chart.x_shown.push_back(show_share(1 - std::pow(10, -chart.x.back() * last)));
  }
  for (const Named& one : kNamed) {
    if (nines(one.share) <= last) chart.x_ticks.push_back({nines(one.share) / last, std::string(one.name)});
  }
  const std::uint64_t low =
      open ? std::min(result.latency.min(), result.service.min()) : result.latency.min();
  const std::uint64_t high = std::max(result.latency.max(), result.censored.max());
  const Scale scale = Scale::logarithmic(static_cast<double>(std::max<std::uint64_t>(low, 1)) / 1.1,
                                         static_cast<double>(std::max<std::uint64_t>(high, 1)) * 1.1);
  chart.y_ticks = scale.time_ticks();
  const double supported = supported_of(result.latency.count() + result.censored.count(), last);
  Band band = band_of(result, chart, last, scale);
  const bool has_intervals = has_band(band);
  if (has_intervals) chart.bands.push_back(std::move(band));
  Curve scheduled = curve_of(chart, last, supported, scale, open ? "scheduled" : "latency", "a",
                             result.latency, result.censored);
  chart.lines = {std::move(scheduled.line)};
  std::optional<Line> thin_actual;
  if (open) {
    Curve actual =
        curve_of(chart, last, supported, scale, "actual", "b", result.service, result.service_censored);
    chart.lines.push_back(std::move(actual.line));
    thin_actual = std::move(actual.thin);
  }
  const bool thin = supported < last - 1e-9;
  if (thin) chart.lines.push_back(std::move(scheduled.thin));
  if (thin && thin_actual) {
    thin_actual->name.clear();
    chart.lines.push_back(std::move(*thin_actual));
  }
  chart.reading = reading_of(open, has_intervals, thin);
  chart.below = table_of(result, last);
  return draw(chart);
}

}  // namespace backtalk::html
