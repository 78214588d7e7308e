// SPDX-License-Identifier: Apache-2.0 OR MIT
// A search for the highest rate: its trail.
#include <fmt/format.h>

#include <algorithm>

#include "html/chart.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/saved_parts.hpp"
#include "html/scale.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "text/listed.hpp"

namespace backtalk::html {
namespace {

std::string_view word_of_step(const SavedValue& step) {
  if (!step["judged"].flag()) return "not judged";
  const bool kept = step["kept"].flag();
  if (step["confirms"].flag()) return kept ? "confirmed" : "unconfirmed";
  return kept ? "kept" : "not kept";
}

std::string show_goal(const SavedValue& step) {
  std::string out;
  for (const SavedValue& one : step["goal"].items())
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", one["rule"].text(), one["shown"].text());
  if (const auto reasons = step["reasons"].texts(); !reasons.empty())
    out += (out.empty() ? "" : "; ") + text::listed(reasons);
  return out;
}

std::string draw_trail(const std::vector<SavedValue>& steps) {
  double low = 0;
  double high = 0;
  for (const SavedValue& one : steps) {
    const double rate = one["rate_per_s"].number().value_or(0);
    if (rate <= 0) continue;
    low = low == 0 ? rate : std::min(low, rate);
    high = std::max(high, rate);
  }
  if (high == 0) return {};
  const Scale scale = Scale::logarithmic(low / 1.2, high * 1.2);
  Chart chart{
      .css_class = "trail",
      .title = "The trail of the search",
      .reading =
          "The rate of each step, on a logarithmic axis, in the order in which they ran: the search goes "
          "up until a rate is not kept, and then closes in.",
      .x = {},
      .x_shown = {},
      .x_ticks = {},
      .y_ticks = scale.rate_ticks()};
  Line trail{.name = "", .css_class = "asked", .at = {}, .shown = {}};
  Line kept{.name = "kept", .css_class = "good", .at = {}, .shown = {}, .form = Line::Form::dots};
  Line lost{.name = "not kept", .css_class = "bad", .at = {}, .shown = {}, .form = Line::Form::dots};
  Line open{.name = "not judged", .css_class = "c", .at = {}, .shown = {}, .form = Line::Form::dots};
  const auto count = static_cast<double>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double rate = steps[i]["rate_per_s"].number().value_or(0);
    const std::string_view word = word_of_step(steps[i]);
    chart.x.push_back((static_cast<double>(i) + 0.5) / count);
    chart.x_shown.push_back(fmt::format("step {}: {}/s", i + 1, show_number(rate)));
    chart.x_ticks.push_back({chart.x.back(), fmt::format("{}", i + 1)});
    const std::optional<double> at = rate > 0 ? std::optional(scale.at(rate)) : std::nullopt;
    trail.at.push_back(at);
    trail.shown.emplace_back();
    for (Line* const line : {&kept, &lost, &open}) {
      const bool here = line->name == word || (line == &kept && word == "confirmed") ||
                        (line == &lost && word == "unconfirmed");
      line->at.push_back(here ? at : std::nullopt);
      line->shown.push_back(here ? show_goal(steps[i]) : std::string());
    }
  }
  chart.lines = {std::move(trail), std::move(kept), std::move(lost), std::move(open)};
  return draw(chart);
}

}  // namespace

std::string search_body(const SavedValue& file, std::string_view verb) {
  const std::vector<SavedValue> steps = file["steps"].items();
  const auto rate = file["rate_per_s"].number();
  const bool valid = rate && file["verdict"]["valid"].flag();
  Table table({">step", ">requested/s", ">completed/s", "", "goal and reasons"});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto asked = steps[i]["rate_per_s"].number();
    const auto got = steps[i]["completed_per_s"].number();
    table.add(
        {fmt::format("{}", i + 1),
         asked ? figure(fmt::format("/steps/{}/rate_per_s", i), *asked, show_number(*asked) + "/s") : "–",
         got ? figure(fmt::format("/steps/{}/completed_per_s", i), *got, show_number(*got) + "/s") : "–",
         std::string(word_of_step(steps[i])), escaped(show_goal(steps[i]))});
  }
  std::string sentence = rate ? fmt::format("The highest rate that keeps {}.", file["goal"].text())
                              : fmt::format("No rate was confirmed that keeps {}.", file["goal"].text());
  const auto kept = file["kept_per_s"].number();
  if (!rate && kept)
    sentence += fmt::format(" The highest that kept it in one step is {}/s.", show_number(*kept));
  if (const std::string doubt = file["verdict"]["doubt"].text(); !doubt.empty()) sentence += " " + doubt;
  if (const std::string problem = file["problem"]["sentence"].text(); !problem.empty())
    sentence += " " + problem;
  return saved_heading(file, verb, without_query(file["target"]["url"].text()), file["goal"].text()) +
         saved_verdict(rate   ? show_number(*rate) + "/s"
                       : kept ? "No rate confirmed"
                              : "No rate found",
                       valid, sentence, SavedValue(nullptr)) +
         section("charts", "Search", draw_trail(steps)) + section("steps", "Steps", table.html());
}

}  // namespace backtalk::html
