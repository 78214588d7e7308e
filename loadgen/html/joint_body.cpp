// SPDX-License-Identifier: Apache-2.0 OR MIT
// Loads beside each other, at each share of their rates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "html/chart.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/saved_parts.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "report/summary.hpp"
#include "text/listed.hpp"

namespace backtalk::html {
namespace {

// `load` runs 8 loads at most, at 16 shares.
constexpr std::size_t kLoadsMax = 20;
constexpr std::size_t kStepsMax = 100;

constexpr std::array<std::string_view, 6> kColours{"a", "b", "c", "good", "bad", "asked"};

// "80 %", or "(120 %)" of a share that is not required.
std::string show_at(const SavedValue& step) {
  const std::string share = report::show_share(step["at"].number().value_or(0));
  return step["required"].flag() ? share : "(" + share + ")";
}

bool holds(const SavedValue& result) {
  return result["verdict"]["valid"].flag();
}

// The names of the loads, in the order in which they first occur.
std::vector<std::string> names_of(const std::vector<SavedValue>& steps) {
  std::vector<std::string> names;
  for (const SavedValue& step : steps) {
    for (const SavedValue& side : step["sides"].items()) {
      std::string name = side["name"].text();
      if (names.size() < kLoadsMax && std::ranges::find(names, name) == names.end())
        names.push_back(std::move(name));
    }
  }
  return names;
}

// "p99", of the load of that name; nullopt: the step has none.
std::optional<double> latency_at(const SavedValue& step, std::string_view name, std::string_view key) {
  for (const SavedValue& side : step["sides"].items()) {
    if (side["name"].text() != name) continue;
    const auto value = side["result"]["latency_ns"][key].number();
    return value && *value > 0 ? value : std::nullopt;
  }
  return std::nullopt;
}

// One line for each load; empty unless there are several shares.
std::string draw_latency(const std::vector<SavedValue>& steps, const std::vector<std::string>& names,
                         std::string_view key) {
  if (steps.size() < 2) return {};
  double low = 0;
  double high = 0;
  for (const SavedValue& step : steps) {
    for (const std::string& name : names) {
      const auto value = latency_at(step, name, key);
      if (!value) continue;
      low = low == 0 ? *value : std::min(low, *value);
      high = std::max(high, *value);
    }
  }
  if (high == 0) return {};
  const Scale scale = Scale::logarithmic(low / 1.15, high * 1.15);
  Chart chart{
      .css_class = fmt::format("joint-{}", key),
      .title = fmt::format("Latency by share of the load: {}", key),
      .reading = fmt::format("The {} of each load at each share of its rate, on a logarithmic axis: where "
                             "a line bends upwards, the server begins to queue.",
                             key),
      .x = {},
      .x_shown = {},
      .x_ticks = {},
      .y_ticks = scale.time_ticks()};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    chart.x.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(steps.size()));
    chart.x_shown.push_back("at " + show_at(steps[i]));
    chart.x_ticks.push_back({chart.x.back(), show_at(steps[i])});
  }
  for (std::size_t k = 0; k < names.size(); ++k) {
    Line line{
        .name = names[k], .css_class = std::string(kColours.at(k % kColours.size())), .at = {}, .shown = {}};
    for (const SavedValue& step : steps) {
      const auto value = latency_at(step, names[k], key);
      line.at.push_back(value ? std::optional(scale.at(*value)) : std::nullopt);
      line.shown.push_back(show_metric("", value));
    }
    chart.lines.push_back(std::move(line));
  }
  return draw(chart);
}

// One row for each rule of each load at each share.
std::string rules_of(const std::vector<SavedValue>& steps) {
  Table table({">at", "load", "rule", "", "measured"});
  for (const SavedValue& step : steps) {
    for (const SavedValue& one : step["slo"].items()) {
      const bool met = one["met"].flag();
      // Older files have no such key: each rule was judged.
      const bool judged = one["judged"].flag_if_any().value_or(true);
      table.add({escaped(show_at(step)), escaped(one["side"].text()),
                 "<code>" + escaped(one["rule"].text()) + "</code>",
                 fmt::format("<span class=\"{}\">{}</span>", met ? "kept" : "lost",
                             met      ? "✓ met"
                             : judged ? "✗ MISSED"
                                      : "✗ NOT JUDGED"),
                 escaped(one["shown"].text())});
    }
  }
  return table.empty() ? "" : section("limits", "Thresholds", table.html());
}

std::string codes_of(const SavedValue& result) {
  std::vector<std::string> codes;
  for (const SavedValue& one : result["verdict"]["reasons"].items()) codes.push_back(one["code"].text());
  return text::listed(codes);
}

std::string loads_of(const std::vector<SavedValue>& steps) {
  Table table(
      {">at", "load", ">requested/s", ">completed/s", ">p50", ">p99", ">completed", ">failed", "valid"});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::vector<SavedValue> sides = steps[i]["sides"].items();
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const SavedValue result = sides[k]["result"];
      const std::string at = fmt::format("/steps/{}/sides/{}/result", i, k);
      const auto cell = [&](std::string_view parent, std::string_view key, std::string_view metric) {
        const auto number = result[parent][key].number();
        const std::string pointer = fmt::format("{}/{}/{}", at, parent, key);
        if (!number) return no_figure(pointer, show_metric(metric, number));
        return figure(pointer, *number, metric.empty() ? show_number(*number) : show_metric(metric, number));
      };
      table.add({escaped(show_at(steps[i])),
                 fmt::format("{}<br><span class=\"small\">{}</span>", escaped(sides[k]["name"].text()),
                             escaped(without_query(result["target"]["url"].text()))),
                 cell("workload", "rate_per_s", "per_s"), cell("transactions", "per_s", "per_s"),
                 cell("latency_ns", "p50", "p50_ns"), cell("latency_ns", "p99", "p99_ns"),
                 cell("transactions", "completed", ""), cell("transactions", "failed", ""),
                 holds(result) ? "✓" : "✗ " + escaped(codes_of(result))});
    }
  }
  return section("loads", "Loads", table.html());
}

// The reasons of each share; of one that is not required they fail nothing.
std::string reasons_of(const std::vector<SavedValue>& steps) {
  std::string list;
  std::size_t left = kRowsMax;
  for (const SavedValue& step : steps) {
    for (const SavedValue& one : step["verdict"]["reasons"].items()) {
      if (left == 0) break;
      --left;
      list += fmt::format("<li>at {}: <code>{}</code> {}</li>\n", escaped(show_at(step)),
                          escaped(one["code"].text()), escaped(one["sentence"].text()));
    }
  }
  return list.empty() ? "" : section("reasons", "What was found", "<ul>" + list + "</ul>\n");
}

// The first reason of a share that is required, or the first rule of one that was not met.
std::string first_of(const std::vector<SavedValue>& steps, bool valid) {
  for (const SavedValue& step : steps) {
    if (!step["required"].flag()) continue;
    for (const SavedValue& one : step["verdict"]["reasons"].items()) {
      if (!valid) return fmt::format(" At {}: {}.", show_at(step), one["sentence"].text());
    }
    for (const SavedValue& one : step["slo"].items()) {
      if (valid && !one["met"].flag())
        return fmt::format(" At {}, {} of {}: {}.", show_at(step), one["rule"].text(), one["side"].text(),
                           one["shown"].text());
    }
  }
  return {};
}

}  // namespace

std::string joint_body(const SavedValue& file, std::string_view verb) {
  std::vector<SavedValue> steps = file["steps"].items();
  if (steps.size() > kStepsMax) steps.erase(steps.begin() + kStepsMax, steps.end());
  const std::vector<std::string> names = names_of(steps);
  std::vector<std::string> shares;
  for (const SavedValue& step : steps) shares.push_back(show_at(step));
  const bool valid = file["valid"].flag();
  const bool met = file["met"].flag();
  std::string sentence = !valid ? "Do not rely on these figures."
                         : met  ? "No check found a reason to doubt these figures."
                                : "The figures hold. A rule was missed, or could not be judged.";
  if (!valid || !met) sentence += first_of(steps, valid);
  if (file["interrupted"].flag()) sentence += " The run was interrupted.";
  if (const std::string problem = file["problem"]["sentence"].text(); !problem.empty())
    sentence +=
        fmt::format(" At {}: {}", report::show_share(file["problem"]["at"].number().value_or(0)), problem);
  const std::string charts = draw_latency(steps, names, "p50") + draw_latency(steps, names, "p99");
  return saved_heading(file, verb, text::listed(names),
                       (names.size() > 1 ? "beside each other, at " : "at ") + text::listed(shares) +
                           (names.size() > 1 ? " of their rates" : " of its rate")) +
         saved_verdict(!valid ? "INVALID"
                       : met  ? "Valid"
                              : "MISSED",
                       valid && met, sentence, SavedValue(nullptr)) +
         rules_of(steps) + loads_of(steps) + section("charts", "Latency", charts) + reasons_of(steps);
}

}  // namespace backtalk::html
