// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/headline_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/instants.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"
#include "stats/percentile.hpp"
#include "text/duration.hpp"
#include "text/listed.hpp"
#include "text/plural.hpp"

namespace backtalk::html {
namespace {

using result::RunResult;

struct Percentile {
  double percentile;
  std::string_view name;
  std::string_view key;
};
constexpr std::array kPercentiles{Percentile{50, "p50", "p50"}, Percentile{90, "p90", "p90"},
                                  Percentile{99, "p99", "p99"}, Percentile{99.9, "p99.9", "p99_9"}};

// "10 connections, 1 message in flight on each, closed loop, for 10s"
std::string load_of(const RunResult& result) {
  const result::Workload& asked = result.workload;
  std::string out = fmt::format("{} {}", show_count(asked.connections),
                                asked.connections == 1 ? "connection" : "connections");
  if (asked.pipeline > 1) out += fmt::format(", {} in flight on each", show_count(asked.pipeline));
  if (!asked.stages.empty()) {
    out += ", open loop by stages " + asked.stages;
  } else if (asked.rate) {
    out += fmt::format(", open loop at {}/s", show_number(*asked.rate));
  } else if (asked.session_rate) {
    out += fmt::format(", {} sessions/s", show_number(*asked.session_rate));
  } else {
    out += ", closed loop";
  }
  if (asked.duration_ns) out += ", for " + text::show_duration(*asked.duration_ns);
  if (asked.transactions) out += fmt::format(", {} transactions", show_count(*asked.transactions));
  return out;
}

// A figure on a card of its own.
std::string card(std::string_view name, std::string_view figure, std::string_view below,
                 std::string_view css_class = "") {
  return fmt::format("<div class=\"card {}\"><dt>{}</dt><dd>{}</dd><dd class=\"small\">{}</dd></div>\n",
                     css_class, name, figure, below);
}

std::string percentile_card(const RunResult& result, const Percentile& one) {
  const std::string key = fmt::format("/latency_ns/{}", one.key);
  const std::string known = report::show_latency(result, one.percentile);
  const std::string shown = known == "-" ? "–" : known;  // as everywhere on the page
  const bool enough =
      result.latency.count() + result.censored.count() >= stats::samples_to_report(one.percentile);
  const auto value = enough ? result.latency_at(one.percentile) : std::nullopt;
  const auto interval = result.latency_interval(one.percentile);
  std::string below;
  if (interval) {
    below = fmt::format("{}{} to {}", report::is_unsteady(*interval) ? "unsteady: " : "",
                        figure(fmt::format("/latency_ns/intervals/{}/0", one.key), interval->low,
                               report::show_ns(static_cast<double>(interval->low))),
                        figure(fmt::format("/latency_ns/intervals/{}/1", one.key), interval->high,
                               report::show_ns(static_cast<double>(interval->high))));
  }
  return card(one.name, value ? figure(key, value->value, shown) : no_figure(key, shown), below);
}

std::string rate_card(const RunResult& result) {
  std::string below = escaped(text::plural(result.transaction)) + " completed per second";
  if (result.workload.rate)
    below += fmt::format(", {} requested", figure("/workload/rate_per_s", *result.workload.rate,
                                                  show_number(*result.workload.rate)));
  return card("Throughput", figure("/transactions/per_s", result.per_s(), show_number(result.per_s()) + "/s"),
              below, "main");
}

std::string failed_card(const RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  const std::string below = counted.started == 0
                                ? "none started"
                                : show_part(counted.failed, counted.started) + " of those that started";
  return card("Failed", figure("/transactions/failed", counted.failed), below,
              counted.failed > 0 ? "bad" : "");
}

std::string sum_of(const RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  std::string out =
      fmt::format("<p class=\"sum\">{} {} started = {} completed + {} failed + {} unfinished, in {}",
                  figure("/transactions/started", counted.started), escaped(text::plural(result.transaction)),
                  figure("/transactions/completed", counted.completed), show_count(counted.failed),
                  figure("/transactions/unfinished", counted.unfinished),
                  figure("/elapsed_s", result.elapsed_s(), fmt::format("{:.2f} s", result.elapsed_s())));
  if (counted.in_doubt > 0)
    out += fmt::format("; {} in doubt: sent in full and never answered",
                       figure("/transactions/in_doubt", counted.in_doubt));
  if (const std::string censored = report::show_censored(result); !censored.empty())
    out += "; " + escaped(censored);
  return out + "</p>\n";
}

// The rules of --slo that were not met.
std::vector<std::string> missed_of(const result::Verdict& verdict) {
  std::vector<std::string> out;
  for (const result::Objective& one : verdict.objectives) {
    if (!one.met) out.push_back(one.rule);
  }
  return out;
}

// The limits of --fail-if that the result crosses.
std::vector<std::string> crossed_of(std::span<const Limit> limits) {
  std::vector<std::string> out;
  for (const Limit& one : limits) {
    // That the result is not valid is said anyway.
    if (one.crossed && one.text != "invalid") out.push_back(one.text);
  }
  return out;
}

std::string reason_row(const result::Reason& reason) {
  return fmt::format("<li><code>{}</code> {}</li>\n", escaped(reason.code), escaped(reason.sentence));
}

}  // namespace

std::string heading_of(const Loaded& loaded) {
  const RunResult& result = loaded.result;
  std::string targets = escaped(without_query(result.url));
  if (result.targets.size() > 1) targets += fmt::format(" and {} more", result.targets.size() - 1);
  return fmt::format(
      "<header><p class=\"kind\">backtalk load{}{}</p><h1>{}</h1><p class=\"load\">{}</p>"
      "<p class=\"when\">{}</p></header>\n",
      result.interrupted ? " · interrupted" : "", loaded.file.empty() ? "" : " · " + escaped(loaded.file),
      targets, escaped(load_of(result)), when_measured(result).html());
}

std::string_view word_of(const result::Verdict& verdict, std::span<const Limit> limits) {
  if (std::ranges::any_of(verdict.reasons, &result::Reason::fails)) return "FAILED";
  if (!verdict.valid()) return "INVALID";
  if (!missed_of(verdict).empty()) return "MISSED";
  return crossed_of(limits).empty() ? "Valid" : "CROSSED";
}

std::string verdict_of(const result::Verdict& verdict, std::span<const Limit> limits) {
  const std::string_view word = word_of(verdict, limits);
  const std::vector<std::string> missed = missed_of(verdict);
  const std::vector<std::string> crossed = crossed_of(limits);
  const bool bad = word == "FAILED" || !missed.empty() || !crossed.empty();
  std::string sentence = word == "FAILED"    ? "The run did not do what was asked."
                         : word == "INVALID" ? "Do not rely on these figures."
                         : word == "Valid"   ? "No check found a reason to doubt these figures."
                                             : "The figures hold.";
  if (!missed.empty()) sentence += " Missed: " + text::listed(missed) + ".";
  if (!crossed.empty()) sentence += " Crossed: " + text::listed(crossed) + ".";
  std::string out = fmt::format("<section class=\"verdict {}\"><h2>{}</h2><p>{}</p>\n",
                                bad               ? "bad"
                                : verdict.valid() ? "good"
                                                  : "doubtful",
                                word, escaped(sentence));
  if (!verdict.reasons.empty()) {
    out += "<ul>";
    for (const result::Reason& reason : verdict.reasons) out += reason_row(reason);
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

std::string headline_of(const RunResult& result) {
  std::string out =
      "<section class=\"headline\"><h2>Headline</h2>\n<dl class=\"cards\">\n" + rate_card(result);
  for (const Percentile& one : kPercentiles) out += percentile_card(result, one);
  const std::string slowest =
      result.latency.empty() ? "–" : report::show_ns(static_cast<double>(result.latency.max()));
  out += card("max", figure("/latency_ns/max", result.latency.max(), slowest), "of those that completed");
  out += failed_card(result) + "</dl>\n" + sum_of(result);
  if (result.latency_interval(50))
    out +=
        "<p class=\"small\">The range below each percentile is its 95 % interval: unsteady, if its high end "
        "is "
        "more than three times its low end.</p>\n";
  return out + "</section>\n";
}

std::string limits_of(const result::Verdict& verdict, std::span<const Limit> limits) {
  Table table({"limit", "", "measured"});
  const auto mark = [](bool kept, std::string_view word) {
    return fmt::format("<span class=\"{}\">{} {}</span>", kept ? "kept" : "lost", kept ? "✓" : "✗", word);
  };
  for (const result::Objective& one : verdict.objectives)
    table.add({"<code>" + escaped(one.rule) + "</code>", mark(one.met, one.word()), escaped(one.shown)});
  for (const Limit& one : limits) {
    // Any --fail-if asks for it too, and the verdict says it.
    if (one.text == "invalid") continue;
    table.add({"<code>fail if " + escaped(one.text) + "</code>",
               mark(!one.crossed, one.crossed ? "CROSSED" : "kept"), escaped(one.crossed.value_or(""))});
  }
  return table.empty() ? "" : section("limits", "Thresholds", table.html());
}

std::string notes_of(const result::Verdict& verdict) {
  if (verdict.notes.empty()) return {};
  std::string list = "<ul>";
  std::size_t left = kRowsMax;
  for (const std::string& note : verdict.notes) {
    if (left-- == 0) break;
    list += "<li>" + escaped(note) + "</li>\n";
  }
  return section("notes", "Notes", list + "</ul>\n");
}

}  // namespace backtalk::html
