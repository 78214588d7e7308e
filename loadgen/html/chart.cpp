// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "html/escape.hpp"

namespace backtalk::html {
namespace {

namespace json = boost::json;

// The units of the drawing: of its width, which is stretched to that of the page, and of its
// height, which are pixels.
constexpr double kWidth = 1000;
constexpr double kHeight = 240;

// How far labels of the axes are apart at least: on a screen, on a phone, and from below to above.
constexpr double kWideGap = 0.085;
constexpr double kNarrowGap = 0.2;
constexpr double kHeightGap = 0.09;

double x_of(double at) {
  return at * kWidth;
}

double y_of(double at) {
  return kHeight * (1 - at);
}

void move(std::string& path, char command, double x, double y) {
  fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", command, x, y);
}

// Points with nothing known between them are lines of their own.
std::string path_of(const Chart& chart, const std::vector<std::optional<double>>& at) {
  std::string path;
  for (std::size_t i = 1; i < at.size(); ++i) {
    if (!at[i] || !at[i - 1]) continue;
    if (i == 1 || !at[i - 2]) move(path, 'M', x_of(chart.x[i - 1]), y_of(*at[i - 1]));
    move(path, 'L', x_of(chart.x[i]), y_of(*at[i]));
  }
  return path;
}

// All of them, or those that no line leads to, as lines without a length, whose ends are round.
std::string dots_of(const Chart& chart, const std::vector<std::optional<double>>& at, bool all) {
  std::string path;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const bool alone = (i == 0 || !at[i - 1]) && (i + 1 == at.size() || !at[i + 1]);
    if (!at[i] || !(all || alone)) continue;
    move(path, 'M', x_of(chart.x[i]), y_of(*at[i]));
    path += "h0";
  }
  return path;
}

std::string bars_of(const Chart& chart, const std::vector<std::optional<double>>& at) {
  constexpr double kLeast = 3;  // a single failure among thousands is seen
  std::string path;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!at[i] || *at[i] <= 0) continue;
    const double height = std::max(*at[i] * kHeight, kLeast);
    fmt::format_to(std::back_inserter(path), "M{:.1f} {}v-{:.1f}", x_of(chart.x[i]), kHeight, height);
  }
  return path;
}

// Along the high ends and back along the low ones, once for each stretch that is known.
std::string outline_of(const Chart& chart, const Band& band) {
  std::string path;
  for (std::size_t i = 0; i < band.low.size();) {
    if (!band.low[i] || !band.high[i]) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < band.low.size() && band.low[end] && band.high[end]) {
      move(path, end == i ? 'M' : 'L', x_of(chart.x[end]), y_of(*band.high[end]));
      ++end;
    }
    for (std::size_t back = end; back-- > i;) move(path, 'L', x_of(chart.x[back]), y_of(*band.low[back]));
    path += 'z';
    i = end;
  }
  return path;
}

std::string draw_lines(const Chart& chart) {
  std::string out;
  const auto to = std::back_inserter(out);
  for (const Tick& one : apart(chart.y_ticks, kHeightGap))
    fmt::format_to(to, "<path class=\"grid\" d=\"M0 {:.1f}h{}\"/>", y_of(one.at), kWidth);
  if (chart.mark) fmt::format_to(to, "<path class=\"mark\" d=\"M{:.1f} 0v{}\"/>", x_of(*chart.mark), kHeight);
  for (const Band& one : chart.bands)
    fmt::format_to(to, "<path class=\"band {}\" d=\"{}\"/>", one.css_class, outline_of(chart, one));
  for (const Line& one : chart.lines) {
    const auto add = [&](std::string_view kind, const std::string& path) {
      if (!path.empty()) fmt::format_to(to, "<path class=\"{} {}\" d=\"{}\"/>", kind, one.css_class, path);
    };
    switch (one.form) {
      case Line::Form::bars: add("bars", bars_of(chart, one.at)); break;
      case Line::Form::dots: add("dots", dots_of(chart, one.at, true)); break;
      case Line::Form::line:
        add("line", path_of(chart, one.at));
        add("dots", dots_of(chart, one.at, false));
        break;
    }
  }
  return out;
}

std::string draw_y_labels(const Chart& chart) {
  std::string out;
  for (const Tick& one : apart(chart.y_ticks, kHeightGap)) {
    // Those at the ends would be cut off.
    const double y = std::clamp(y_of(one.at) + 4, 11.0, kHeight - 1);
    fmt::format_to(std::back_inserter(out), "<text x=\"60\" y=\"{:.1f}\">{}</text>", y, escaped(one.label));
  }
  return out;
}

std::string_view anchor_of(double at) {
  constexpr double kEdge = 0.04;
  return at < kEdge ? " class=\"first\"" : at > 1 - kEdge ? " class=\"last\"" : "";
}

std::string draw_x_labels(const Chart& chart, double gap) {
  std::string out;
  for (const Tick& one : apart(chart.x_ticks, gap)) {
    fmt::format_to(std::back_inserter(out), "<text x=\"{:.2f}%\" y=\"16\"{}>{}</text>", one.at * 100,
                   anchor_of(one.at), escaped(one.label));
  }
  return out;
}

json::array rounded(const std::vector<double>& all) {
  json::array out;
  for (const double one : all)
    out.push_back(json::value(static_cast<double>(static_cast<int>(one * 1e5)) / 1e5));
  return out;
}

json::array ticks_of(const std::vector<Tick>& ticks) {
  json::array out;
  for (const Tick& one : ticks) out.push_back({one.at, one.label});
  return out;
}

// What the script needs: where the points are, and the words for them.
json::object data_of(const Chart& chart) {
  json::array series;
  for (const Line& one : chart.lines)
    series.push_back({{"name", one.name}, {"shown", json::value_from(one.shown)}});
  for (const Band& one : chart.bands)
    series.push_back({{"name", one.name}, {"shown", json::value_from(one.shown)}});
  return {{"x", rounded(chart.x)},
          {"shown", json::value_from(chart.x_shown)},
          {"series", std::move(series)},
          {"ticks", ticks_of(chart.x_ticks)},
          {"finer", ticks_of(chart.x_finer)}};
}

std::string legend_of(const Chart& chart) {
  std::string out = "<ul class=\"legend\">";
  const auto to = std::back_inserter(out);
  for (const Line& one : chart.lines)
    if (!one.name.empty()) fmt::format_to(to, "<li class=\"{}\">{}</li>", one.css_class, escaped(one.name));
  for (const Band& one : chart.bands)
    if (!one.name.empty())
      fmt::format_to(to, "<li class=\"{} tinted\">{}</li>", one.css_class, escaped(one.name));
  if (chart.mark) fmt::format_to(to, "<li class=\"mark\">{}</li>", escaped(chart.mark_name));
  return out + "</ul>";
}

}  // namespace

std::string draw(const Chart& chart) {
  return fmt::format(
      "<figure class=\"chart {}\"><figcaption><h3>{}</h3><p>{}</p></figcaption>\n{}\n"
      "<div class=\"plot\"><svg class=\"y\" aria-hidden=\"true\">{}</svg>"
      "<div class=\"area\"><svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{}\">{}</svg></div>"
      "<svg class=\"x wide\" aria-hidden=\"true\">{}</svg><svg class=\"x narrow\" "
      "aria-hidden=\"true\">{}</svg>"
      "</div>\n<script type=\"application/json\">{}</script>{}</figure>\n",
      escaped(chart.css_class), escaped(chart.title), escaped(chart.reading), legend_of(chart),
      draw_y_labels(chart), kWidth, kHeight, escaped(chart.title), draw_lines(chart),
      draw_x_labels(chart, kWideGap), draw_x_labels(chart, kNarrowGap), escaped_json(data_of(chart)),
      chart.below);
}

}  // namespace backtalk::html
