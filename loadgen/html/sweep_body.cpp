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
#include "report/percentiles.hpp"
#include "text/listed.hpp"

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

// Where the file says that the gain ends; the sentence, the row and the charts all name it.
struct GainEnd {
  std::optional<double> depth;  // nullopt: it is not known
  std::optional<double> rate;   // nullopt: a closed loop
  bool ended = false;           // false: nothing beyond it was run

  explicit GainEnd(const SavedValue& file)
      : depth(file["gain_ends_at"].number()),
        rate(file["gain_ends_at_rate_per_s"].number()),
        ended(file["gain_has_ended"].flag()) {}

  [[nodiscard]] bool is(const SavedValue& row) const {
    return ended && depth && row["pipeline"].number() == depth && row["rate_per_s"].number() == rate;
  }
  // "the gain ends at -p 4 -r 2000"
  [[nodiscard]] std::string words() const {
    return fmt::format("the gain ends at -p {:g}{}", depth.value_or(0),
                       rate ? fmt::format(" -r {:.12g}", *rate) : "");
  }
};

bool is_about(const SavedValue& reason, const SavedValue& row) {
  return reason["pipeline"].number() == row["pipeline"].number() &&
         reason["rate_per_s"].number() == row["rate_per_s"].number();
}

// Of a run with reasons their codes: it may hold, and still say nothing.
std::string show_holds(const SavedValue& row, const std::vector<SavedValue>& reasons) {
  std::vector<std::string> codes;
  for (const SavedValue& one : reasons) {
    if (is_about(one, row)) codes.push_back(one["code"].text());
  }
  if (codes.empty()) return row["holds"].flag() ? "✓" : "✗";
  return "✗ " + escaped(text::listed(codes));
}

// As on the command line, each with the run that it is about: "-p 4 -r 5000: ...".
std::string reasons_of(const std::vector<SavedValue>& reasons, bool one_depth) {
  std::string list;
  std::size_t left = kRowsMax;
  for (const SavedValue& one : reasons) {
    if (left-- == 0) break;
    const auto rate = one["rate_per_s"].number();
    std::string run;
    if (!one_depth || !rate) run = fmt::format("-p {:g}", one["pipeline"].number().value_or(0));
    if (rate) run += fmt::format("{}-r {:.12g}", run.empty() ? "" : " ", *rate);
    list += fmt::format("<li>{}: <code>{}</code> {}</li>\n", run, escaped(one["code"].text()),
                        escaped(one["sentence"].text()));
  }
  return list.empty() ? "" : section("reasons", "What was found", "<ul>" + list + "</ul>\n");
}

// The lines of one unit of the file's `chart`.
std::string draw_unit(const SavedValue& from, const GainEnd& end, std::string_view unit,
                      std::string_view title) {
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
  const std::string_view where = end.rate ? "The gain ends at the highest rate that holds."
                                          : "The gain ends at the first step beyond which none has 5 % more, "
                                            "and more than the runs scatter.";
  const Scale scale = rates ? Scale::linear(0, high * 1.08) : Scale::logarithmic(low / 1.15, high * 1.15);
  Chart chart{
      .css_class = rates ? "sweep-rate" : "sweep-latency",
      .title = std::string(title),
      .reading = rates
                     ? fmt::format(
                           "Transactions completed per second in each run, with the 95 % interval. {}", where)
                     : "Latency in each run, on a logarithmic axis: beyond the point where throughput stops "
                       "growing, requests only wait longer.",
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
    // The axis is that of the rates, if there are several.
    if (end.ended && end.depth && x[i].number() == (end.rate ? end.rate : end.depth)) {
      chart.mark = chart.x.back();
      chart.mark_name = end.words();
    }
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
    if (std::ranges::none_of(line.at, [](const auto& one) { return one.has_value(); })) continue;
    chart.lines.push_back(std::move(line));
    chart.bands.push_back(std::move(band));
  }
  return draw(chart);
}

}  // namespace

std::string sweep_body(const SavedValue& file, std::string_view verb) {
  const std::vector<SavedValue> rows = file["rows"].items();
  const std::vector<SavedValue> reasons = file["verdict"]["reasons"].items();
  const bool one_depth = std::ranges::all_of(rows, [&rows](const SavedValue& row) {
    return row["pipeline"].number() == rows.front()["pipeline"].number();
  });
  const GainEnd end(file);
  Table table(
      {">-p", ">-r", ">completed", ">failed", ">per second", ">p50", ">p99", ">client's CPU", "holds", ""});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SavedValue& one = rows[i];
    const auto cell = [&](std::string_view key) {
      const auto number = one[key].number();
      const std::string at = fmt::format("/rows/{}/{}", i, key);
      return number ? figure(at, *number, show_metric(key, number)) : no_figure(at, show_metric(key, number));
    };
    // With its interval, as on the command line.
    const auto latency = [&](std::string_view key) {
      const SavedValue interval = one["intervals"][key];
      const std::vector<SavedValue> ends = interval.items();
      if (ends.size() != 2 || !ends[0].count() || !ends[1].count()) return cell(key);
      const stats::Confidence between{.low = *ends[0].count(), .high = *ends[1].count()};
      return cell(key) + fmt::format("<span class=\"small\"> {}</span>",
                                     report::is_unsteady(between)
                                         ? "(unsteady)"
                                         : fmt::format("({} to {})", show_metric(key, ends[0].number()),
                                                       show_metric(key, ends[1].number())));
    };
    const auto count = [&one](std::string_view key) { return show_number(one[key].number().value_or(0)); };
    table.add({count("pipeline"), one["rate_per_s"].number() ? count("rate_per_s") : "–", count("completed"),
               count("failed"), cell("per_s"), latency("p50_ns"), latency("p99_ns"), cell("client_cpu_ns"),
               show_holds(one, reasons), end.is(one) ? "◀\u00a0gain\u00a0ends" : ""},
              end.is(one) ? "chosen" : "");
  }
  const bool valid = file["verdict"]["valid"].flag();
  return saved_heading(file, verb, without_query(file["target"]["url"].text()), "") +
         saved_verdict(valid ? "Valid" : "INVALID", valid, as_sentence(file["sentence"].text()),
                       SavedValue(nullptr)) +
         reasons_of(reasons, one_depth) +
         section("charts", "Throughput and latency",
                 draw_unit(file["chart"], end, "1/s", "Throughput") +
                     draw_unit(file["chart"], end, "ns", "Latency")) +
         section("rows", "Runs", table.html());
}

}  // namespace backtalk::html
