// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/commands_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/shape.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "stats/percentile.hpp"
#include "text/duration.hpp"

namespace backtalk::html {
namespace {

using result::RunResult;

// A percentile of anything that has latencies and censored ones.
template <class Part>
std::string percentile_of(const Part& part, double percentile, std::string_view parent,
                          std::string_view key) {
  const std::string shown = report::show_percentile(part.latency, part.censored, percentile);
  const std::string at = pointer(parent, key);
  if (part.latency.count() + part.censored.count() < stats::samples_to_report(percentile))
    return no_figure(at, shown);
  const auto value = stats::censored_percentile(part.latency, part.censored, percentile);
  return value ? figure(at, value->value, shown) : no_figure(at, shown);
}

// "250 × 1,000, 550 × 3"
std::string answers_of(const result::Command& command) {
  constexpr std::size_t kMost = 6;
  std::string out;
  for (std::size_t i = 0; i < std::min(command.statuses.size(), kMost); ++i) {
    const result::StatusCount& one = command.statuses[i];
    out += fmt::format("{}{} × {}", i == 0 ? "" : ", ", one.name, show_count(one.count));
  }
  if (command.statuses.size() > kMost) out += fmt::format(" and {} more", command.statuses.size() - kMost);
  return out;
}

// Each class of answers, where a command had several.
void add_classes(const result::Command& command, const Span& span, bool unexpected, Table& table) {
  if (command.classes.size() < 2) return;
  for (const result::ClassLatency& one : command.classes) {
    std::vector<std::string> row{"<span class=\"sub\">" + escaped(one.name) + "</span>", "",
                                 show_count(one.latency.count()), ""};
    if (unexpected) row.emplace_back();
    row.push_back(escaped(report::show_percentile(one.latency, 50)));
    row.push_back(escaped(report::show_percentile(one.latency, 99)));
    row.push_back(escaped(report::show_ns(static_cast<double>(one.latency.max()))));
    row.push_back(draw_shape(one.latency, span));
    table.add(row);
  }
}

// Of the column of shapes.
std::string head_of(const Span& span) {
  return span.words().empty() ? "distribution" : "distribution, " + span.words();
}

}  // namespace

std::string commands_of(const RunResult& result) {
  if (result.commands.empty()) return {};
  Span span;
  for (const result::Command& one : result.commands) span.take(one.latency);
  const bool unexpected =
      std::ranges::any_of(result.commands, [](const auto& one) { return one.unexpected > 0; });
  std::vector<std::string> heads{"command", ">sent", ">ok", ">refused"};
  if (unexpected) heads.emplace_back(">unexpected");
  for (const std::string_view head : {">p50", ">p99", ">max"}) heads.emplace_back(head);
  heads.push_back(head_of(span));
  Table table(heads);
  for (const result::Command& one : result.commands) {
    const std::string at = pointer("/commands", one.name);
    std::vector<std::string> row{
        fmt::format("{}<span class=\"small\">{}</span>", escaped(one.name), escaped(answers_of(one))),
        figure(at + "/sent", one.sent), figure(at + "/ok", one.ok),
        fmt::format("<span class=\"{}\">{}</span>", one.refused > 0 ? "lost" : "",
                    figure(at + "/refused", one.refused))};
    if (unexpected) row.push_back(figure(at + "/unexpected", one.unexpected));
    row.push_back(percentile_of(one, 50, at + "/latency_ns", "p50"));
    row.push_back(percentile_of(one, 99, at + "/latency_ns", "p99"));
    row.push_back(one.latency.empty() ? "–"
                                      : figure(at + "/latency_ns/max", one.latency.max(),
                                               report::show_ns(static_cast<double>(one.latency.max()))));
    row.push_back(draw_shape(one.latency, span));
    table.add(row);
    add_classes(one, span, unexpected, table);
  }
  return section(
      "commands", "Commands",
      "<p>How often each was sent and how it was answered. The bars show how the times of its answers "
      "are distributed, on one logarithmic axis for all rows.</p>\n" +
          table.html());
}

std::string mix_of(const RunResult& result) {
  if (result.mix.empty()) return {};
  std::uint64_t weights = 0;
  Span span;
  for (const result::MixPass& one : result.mix) {
    weights += one.weight;
    span.take(one.latency);
  }
  Table table(
      {"pass", ">requested", ">run", ">completed", ">failed", ">unfinished", ">p50", ">p99", head_of(span)});
  for (std::size_t i = 0; i < result.mix.size(); ++i) {
    const result::MixPass& one = result.mix[i];
    const std::string at = fmt::format("/mix/{}", i);
    table.add({escaped(one.name), show_part(one.weight, weights),
               show_part(one.counted.completed, result.measured.completed),
               figure(at + "/completed", one.counted.completed), figure(at + "/failed", one.counted.failed),
               figure(at + "/unfinished", one.counted.unfinished),
               percentile_of(one, 50, at + "/latency_ns", "p50"),
               percentile_of(one, 99, at + "/latency_ns", "p99"), draw_shape(one.latency, span)});
  }
  return section("mix", "Mix", table.html());
}

std::string stages_of(const RunResult& result) {
  if (result.stages.empty()) return {};
  Span span;
  for (const result::Stage& one : result.stages) span.take(one.latency);
  Table table({">stage", ">for", ">requested/s", ">answered/s", ">started", ">completed", ">failed",
               ">unfinished", ">p50", ">p99", head_of(span)});
  for (std::size_t i = 0; i < result.stages.size(); ++i) {
    const result::Stage& one = result.stages[i];
    const std::string at = fmt::format("/stages/{}", i);
    const double answered = one.answered_per_s(result.stage_ran_ns(i));
    table.add({fmt::format("{}", i + 1), escaped(text::show_duration(one.duration_ns)),
               figure(at + "/asked_per_s", one.asked_per_s(), show_number(one.asked_per_s())),
               figure(at + "/answered_per_s", answered, show_number(answered)),
               figure(at + "/started", one.counted.started), figure(at + "/completed", one.counted.completed),
               figure(at + "/failed", one.counted.failed), figure(at + "/unfinished", one.counted.unfinished),
               percentile_of(one, 50, at + "/latency_ns", "p50"),
               percentile_of(one, 99, at + "/latency_ns", "p99"), draw_shape(one.latency, span)});
  }
  return section("stages", "Stages", table.html());
}

std::string targets_of(const RunResult& result) {
  if (result.targets.empty()) return {};
  Table table({"target", ">weight", ">connections", ">completed", ">failed", ">p50", ">p99", "errors"});
  for (std::size_t i = 0; i < result.targets.size(); ++i) {
    const result::TargetCounts& one = result.targets[i];
    const std::string at = fmt::format("/targets/{}/transactions", i);
    std::string errors;
    for (const result::NamedCount& error : one.errors)
      errors += fmt::format("{}{} {}", errors.empty() ? "" : ", ", show_count(error.count), error.name);
    table.add({escaped(without_query(one.url)), show_count(one.weight), show_count(one.opened),
               figure(at + "/completed", one.counted.completed), figure(at + "/failed", one.counted.failed),
               escaped(report::show_percentile(one.latency, 50)),
               escaped(report::show_percentile(one.latency, 99)), escaped(errors)});
  }
  return section("targets", "Targets", table.html());
}

}  // namespace backtalk::html
