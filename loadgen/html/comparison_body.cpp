// SPDX-License-Identifier: Apache-2.0 OR MIT
// A comparison as a forest plot: each interval on one axis of ratios.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/saved_parts.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "text/listed.hpp"

namespace backtalk::html {
namespace {

// Ratios beyond that are drawn at the edge.
constexpr double kWidest = 100;
constexpr double kPlotWidth = 240;
constexpr double kPlotHeight = 22;

// How far the axis goes, up and down, as a ratio.
double reach_of(const std::vector<SavedValue>& metrics) {
  double reach = 1.02;
  for (const SavedValue& one : metrics) {
    for (const std::string_view key : {"ratio", "low", "high"}) {
      const double ratio = one[key].number().value_or(1);
      if (ratio > 0) reach = std::max({reach, ratio, 1 / ratio});
    }
  }
  return std::min(std::pow(reach, 1.1), kWidest);
}

std::string draw_interval(const SavedValue& metric, double reach) {
  const Scale scale = Scale::logarithmic(1 / reach, reach);
  const auto x = [&scale](double ratio) { return scale.at(ratio) * kPlotWidth; };
  std::string out = fmt::format(
      "<svg class=\"forest\" viewBox=\"0 0 {0} {1}\" role=\"img\"><path class=\"one\" d=\"M{2:.1f} 0v{1}\"/>",
      kPlotWidth, kPlotHeight, x(1));
  const auto low = metric["low"].number();
  const auto high = metric["high"].number();
  constexpr double kMiddle = kPlotHeight / 2;
  if (low && high)
    out += fmt::format("<path class=\"interval\" d=\"M{:.1f} {}H{:.1f}\"/>", x(*low), kMiddle, x(*high));
  if (const auto ratio = metric["ratio"].number())
    out += fmt::format("<path class=\"point\" d=\"M{:.1f} {}h0\"/>", x(*ratio), kMiddle);
  return out + "</svg>";
}

// "+3.2 %", and "×63.2" of what is no longer a matter of per cent.
std::string show_change(std::optional<double> ratio) {
  if (!ratio) return "–";
  constexpr double kDouble = 2;
  return *ratio >= kDouble ? "×" + show_number(*ratio) : fmt::format("{:+.1f} %", (*ratio - 1) * 100);
}

std::string ratio_figure(std::string_view pointer, std::optional<double> ratio) {
  return ratio ? figure(pointer, *ratio, show_change(ratio)) : no_figure(pointer, "–");
}

std::string show_verdict(const SavedValue& metric) {
  const std::string word = metric["verdict"].text();
  const std::string b = metric["b"].text();
  if (word == "b-lower") return fmt::format("<b>{} is lower</b>", escaped(b));
  if (word == "b-higher") return fmt::format("<b>{} is higher</b>", escaped(b));
  if (word == "same-within") return "the same";
  const auto resolution = metric["resolution"].number();
  return "no difference shown" + (resolution ? fmt::format(" (it would take {:.{}f} % or more)",
                                                           *resolution * 100, *resolution < 0.1 ? 1 : 0)
                                             : std::string());
}

std::string sides_table(const SavedValue& file) {
  Table table({"side", "", ">runs"});
  for (const SavedValue& one : file["sides"].items())
    table.add({escaped(one["name"].text()), escaped(without_query(one["url"].text())),
               show_count(one["results"].items().size())});
  return section("sides", "Sides", table.html());
}

}  // namespace

std::string comparison_body(const SavedValue& file, std::string_view verb) {
  const std::vector<SavedValue> metrics = file["metrics"].items();
  std::vector<std::string> names;
  std::vector<std::string> differ;
  for (const SavedValue& one : file["sides"].items()) names.push_back(one["name"].text());
  for (const SavedValue& one : metrics) {
    const std::string word = one["verdict"].text();
    if (word == "b-lower" || word == "b-higher")
      differ.push_back(fmt::format("{} {} of {}", word == "b-lower" ? "lower" : "higher",
                                   name_of_metric(one["metric"].text()), one["b"].text()));
  }
  const bool valid = file["verdict"]["valid"].flag();
  const double reach = reach_of(metrics);
  // The plot comes first: a phone shows it without scrolling.
  Table table({"metric", fmt::format("×{:.2f} to ×{:.2f}", 1 / reach, reach), ">difference", ">from", ">to",
               "verdict"});
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const SavedValue& one = metrics[i];
    const std::string at = fmt::format("/metrics/{}", i);
    table.add({fmt::format("{}<span class=\"small\">{} over {}</span>",
                           escaped(name_of_metric(one["metric"].text())), escaped(one["b"].text()),
                           escaped(one["a"].text())),
               draw_interval(one, reach), ratio_figure(at + "/ratio", one["ratio"].number()),
               ratio_figure(at + "/low", one["low"].number()),
               ratio_figure(at + "/high", one["high"].number()), show_verdict(one)});
  }
  std::string loaded;
  for (const SavedValue& one : file["sides"].items()) {
    const std::string url = without_query(one["url"].text());
    if (!url.empty()) loaded += fmt::format("{}{}: {}", loaded.empty() ? "" : ", ", one["name"].text(), url);
  }
  std::string left_out;
  for (const SavedValue& one : file["not_compared"].items())
    left_out += "<li>" + escaped(one["sentence"].text()) + "</li>\n";
  return saved_heading(file, verb, text::listed(names),
                       fmt::format("{} rounds{}{}", show_number(file["rounds"].number().value_or(0)),
                                   loaded.empty() ? "" : "; ", loaded)) +
         saved_verdict(!valid           ? "INVALID"
                       : differ.empty() ? "No difference shown"
                                        : "Different",
                       valid,
                       !valid ? "This comparison gives no verdict."
                       : differ.empty()
                           ? "That does not say that they are the same: the table says what it would take."
                           : "Shown: " + text::listed(differ) + ".",
                       file["verdict"]["reasons"]) +
         (metrics.empty()
              ? ""
              : section(
                    "forest", "Differences",
                    "<p>Each line is the 95 % interval of the ratio of one side to the other; the dot is the "
                    "estimate, on a logarithmic axis. In the middle both are the same: a line across it "
                    "shows no difference. The verdict "
                    "allows "
                    "for the number of metrics, so that a line beside the middle may not be enough.</p>\n" +
                        table.html())) +
         (left_out.empty() ? "" : section("left-out", "Not compared", "<ul>" + left_out + "</ul>\n")) +
         saved_notes(file["notes"]) + sides_table(file);
}

}  // namespace backtalk::html
