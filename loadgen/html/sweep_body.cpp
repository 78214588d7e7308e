// SPDX-License-Identifier: Apache-2.0 OR MIT
// Depths and rates beside each other.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "html/chart.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/saved_parts.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"

namespace backtalk::html {
namespace {

// `load` makes 100 runs at most.
constexpr std::size_t kValuesMax = 100;
constexpr std::size_t kSeriesMax = 20;
// Each value has the name of the axis beside it.
constexpr std::size_t kNameMax = 100;

constexpr std::array<std::string_view, 6> kColours{"a", "b", "c", "good", "bad", "asked"};

std::optional<double> positive(const SavedValue& value) {
  const auto number = value.number();
  return number && *number > 0 ? number : std::nullopt;
}

std::string name_of(const SavedValue& one) {
  std::string name = one["name"].text();
  return name.size() > kNameMax ? "…" : name;
}

// The lines of one unit of the file's `chart`.
std::string draw_unit(const SavedValue& from, std::string_view unit, std::string_view title) {
  std::vector<SavedValue> x = from["x"]["values"].items();
  if (x.size() > kValuesMax) x.erase(x.begin() + kValuesMax, x.end());
  std::vector<SavedValue> series;
  double low = 0;
  double high = 0;
  for (const SavedValue& one : from["series"].items()) {
    if (one["unit"].text() != unit) continue;
    if (series.size() == kSeriesMax) break;
    series.push_back(one);
    for (const std::string_view key : {"y", "low", "high"}) {
      for (const SavedValue& value : one[key].items()) {
        if (const auto number = positive(value)) {
          low = low == 0 ? *number : std::min(low, *number);
          high = std::max(high, *number);
        }
      }
    }
  }
  if (x.empty() || high == 0) return {};
  const bool rates = unit == "1/s";
  const Scale scale = rates ? Scale::linear(0, high * 1.08) : Scale::logarithmic(low / 1.15, high * 1.15);
  Chart chart{
      .css_class = rates ? "sweep-rate" : "sweep-latency",
      .title = std::string(title),
      .reading =
          rates ? "Transactions completed per second in each run, with the 95 % interval: "
                  "where the line no longer rises, the gain ends."
                : "Latency in each run, on a logarithmic axis: what is not gained in throughput is waited "
                  "for here.",
      .x = {},
      .x_shown = {},
      .x_ticks = {},
      .y_ticks = rates ? scale.ticks(5, "/s") : scale.time_ticks()};
  const std::string name = name_of(from["x"]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::string shown = show_number(x[i].number().value_or(0));
    chart.x.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(x.size()));
    chart.x_shown.push_back(name + " " + shown);
    chart.x_ticks.push_back({chart.x.back(), shown});
  }
  for (std::size_t k = 0; k < series.size(); ++k) {
    const std::string css(kColours.at(k % kColours.size()));
    Line line{.name = name_of(series[k]), .css_class = css, .at = {}, .shown = {}};
    Band band{.name = "", .css_class = css, .low = {}, .high = {}, .shown = {}};
    const auto y = series[k]["y"].items();
    const auto lows = series[k]["low"].items();
    const auto highs = series[k]["high"].items();
    const auto at = [&](const std::vector<SavedValue>& all, std::size_t i) {
      const auto number = i < all.size() ? positive(all[i]) : std::nullopt;
      return number ? std::optional(scale.at(*number)) : std::nullopt;
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
      line.at.push_back(at(y, i));
      line.shown.push_back(show_metric(rates ? "per_s" : "", i < y.size() ? y[i].number() : std::nullopt));
      band.low.push_back(at(lows, i));
      band.high.push_back(at(highs, i));
      band.shown.emplace_back();
    }
    if (const auto depth = series[k]["pipeline"].number(); depth) line.name += fmt::format(", -p {}", *depth);
    if (std::ranges::none_of(line.at, [](const auto& one) { return one.has_value(); })) continue;
    chart.lines.push_back(std::move(line));
    chart.bands.push_back(std::move(band));
  }
  return draw(chart);
}

}  // namespace

std::string sweep_body(const SavedValue& file, std::string_view verb) {
  const std::vector<SavedValue> rows = file["rows"].items();
  Table table({">-p", ">-r", ">completed", ">failed", ">a second", ">p50", ">p99", ">client's CPU", "holds"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SavedValue& one = rows[i];
    const auto cell = [&](std::string_view key) {
      const auto number = one[key].number();
      const std::string at = fmt::format("/rows/{}/{}", i, key);
      return number ? figure(at, *number, show_metric(key, number)) : no_figure(at, "–");
    };
    const auto count = [&one](std::string_view key) { return show_number(one[key].number().value_or(0)); };
    table.add({count("pipeline"), one["rate_per_s"].number() ? count("rate_per_s") : "–", count("completed"),
               count("failed"), cell("per_s"), cell("p50_ns"), cell("p99_ns"), cell("client_cpu_ns"),
               one["holds"].flag() ? "✓" : "✗"});
  }
  const bool valid = file["verdict"]["valid"].flag();
  return saved_heading(file, verb, without_query(file["target"]["url"].text()), "") +
         saved_verdict(valid ? "Valid" : "Invalid", valid, file["sentence"].text(),
                       file["verdict"]["reasons"]) +
         section("charts", "Throughput and latency",
                 draw_unit(file["chart"], "1/s", "Throughput") + draw_unit(file["chart"], "ns", "Latency")) +
         section("rows", "Runs", table.html());
}

}  // namespace backtalk::html
