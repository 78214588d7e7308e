// SPDX-License-Identifier: Apache-2.0 OR MIT
// The same run several times: the median and the spread.
#include <fmt/format.h>

#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/saved_parts.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"

namespace backtalk::html {

std::string repeat_body(const SavedValue& file, std::string_view verb) {
  Table table({"", ">median", ">lower quartile", ">upper quartile", ">min", ">max", ">runs"});
  for (const std::string& key : file["summary"].keys()) {
    if (key != "per_s" && !key.ends_with("_ns")) continue;  // its unit is not known
    const SavedValue spread = file["summary"][key];
    if (!spread["runs"].number()) continue;
    std::vector<std::string> row{escaped(name_of_metric(key))};
    for (const std::string_view part : {"median", "lower_quartile", "upper_quartile", "min", "max"}) {
      const std::string at = pointer(pointer("/summary", key), part);
      const auto value = spread[part].number();
      row.push_back(value ? figure(at, *value, show_metric(key, value)) : no_figure(at, "–"));
    }
    row.push_back(show_number(*spread["runs"].number()));
    table.add(row);
  }
  Table runs({">run", ">completed", ">failed", ">per second", ">p50", ">p99", "valid"});
  const std::vector<SavedValue> results = file["results"].items();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const SavedValue& one = results[i];
    const auto number = [](const SavedValue& value) { return show_number(value.number().value_or(0)); };
    runs.add({fmt::format("{}", i + 1), number(one["transactions"]["completed"]),
              number(one["transactions"]["failed"]),
              show_metric("per_s", one["transactions"]["per_s"].number()),
              show_metric("p50_ns", one["latency_ns"]["p50"].number()),
              show_metric("p99_ns", one["latency_ns"]["p99"].number()),
              one["verdict"]["valid"].flag() ? "✓" : "✗"});
  }
  std::string rules;
  for (const SavedValue& one : file["slo"].items())
    rules += fmt::format(
        "<li><code>{}</code> {}</li>\n", escaped(one["rule"].text()),
        one["met"].flag()
            ? "✓ met by every run"
            : fmt::format("✗ missed by {} runs", show_number(one["missed_runs"].number().value_or(0))));
  const bool valid = file["verdict"]["valid"].flag();
  return saved_heading(file, verb, without_query(file["target"]["url"].text()),
                       fmt::format("{} runs", show_number(file["counted"].number().value_or(0)))) +
         saved_verdict(valid ? "Valid" : "INVALID", valid,
                       valid ? "No check found a reason to doubt any of the runs." : "",
                       file["verdict"]["reasons"]) +
         (rules.empty() ? "" : section("limits", "Thresholds", "<ul>" + rules + "</ul>\n")) +
         section("spread", "Spread",
                 "<p>Half of the runs lie between the quartiles: a smaller difference between two runs "
                 "may be chance.</p>\n" +
                     table.html()) +
         section("runs", "Runs", runs.html());
}

}  // namespace backtalk::html
