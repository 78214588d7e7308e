// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/load_page.hpp"

#include <fmt/format.h>

#include "html/charts_over_time.hpp"
#include "html/commands_section.hpp"
#include "html/document.hpp"
#include "html/errors_section.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/headline_section.hpp"
#include "html/instants.hpp"
#include "html/percentile_chart.hpp"
#include "html/run_section.hpp"
#include "html/table.hpp"
#include "html/without_secrets.hpp"
#include "report/percentiles.hpp"

namespace backtalk::html {
namespace {

void hide_query(const std::string& url, std::string& text) {
  const std::string shown = without_query(url);
  if (shown == url) return;
  for (std::size_t at = 0; (at = text.find(url, at)) != std::string::npos; at += shown.size())
    text.replace(at, url.size(), shown);
}

// Sentences name targets.
result::Verdict without_queries(result::Verdict verdict, const result::RunResult& result) {
  const auto hide = [&result](std::string& text) {
    hide_query(result.url, text);
    for (const result::TargetCounts& one : result.targets) hide_query(one.url, text);
  };
  for (result::Reason& one : verdict.reasons) hide(one.sentence);
  for (std::string& one : verdict.notes) hide(one);
  return verdict;
}

std::string body_of(const Loaded& one) {
  const result::RunResult& result = one.result;
  const result::Verdict verdict = without_queries(one.verdict, result);
  std::string out = heading_of(one);
  out += verdict_of(verdict, one.limits);
  out += headline_of(result);
  out += limits_of(verdict, one.limits);
  out += notes_of(verdict);
  out += section("charts", "Latency and rate",
                 result.measured.started == 0 && result.latency.empty()
                     ? std::string()
                     : draw_percentiles(result) + draw_over_time(result));
  out += stages_of(result);
  out += commands_of(result);
  out += mix_of(result);
  out += targets_of(result);
  out += errors_of(result);
  out += run_of(result, one.machine);
  out += repeat_of(result);
  return out;
}

std::string table_of(std::span<const Loaded> all) {
  Table table({"file", "measured", "verdict", ">completed", ">per second", ">p50", ">p99", ">failed"});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const result::RunResult& result = all[i].result;
    table.add({fmt::format("<a href=\"#result-{}\">{}</a>", i + 1, escaped(all[i].file)),
               when_measured(result).title(), std::string(word_of(all[i].verdict, all[i].limits)),
               show_count(result.measured.completed), show_number(result.per_s()),
               escaped(report::show_latency(result, 50)), escaped(report::show_latency(result, 99)),
               show_count(result.measured.failed)});
  }
  return "<header><p class=\"kind\">backtalk report</p><h1>" + show_count(all.size()) +
         " results</h1></header>\n" +
         section("all", "All",
                 "<p>They were not measured side by side: what differs between them may come "
                 "from the machine. Use <code>backtalk compare</code> to find out.</p>\n" +
                     table.html());
}

std::string title_of(std::span<const Loaded> all) {
  if (all.size() > 1) return fmt::format("backtalk report, {} results", all.size());
  const result::RunResult& result = all.front().result;
  const std::string when = when_measured(result).title();
  return "backtalk load " + without_query(result.url) + (when.empty() ? "" : ", " + when);
}

}  // namespace

std::string load_page(std::span<const Loaded> all, const std::string& program) {
  std::string body = all.size() > 1 ? table_of(all) : std::string();
  for (std::size_t i = 0; i < all.size(); ++i)
    body +=
        fmt::format("<article class=\"result\" id=\"result-{}\">\n{}</article>\n", i + 1, body_of(all[i]));
  body += "<footer class=\"small\">Written by " + escaped(program) + ".</footer>\n";
  return document(title_of(all), body);
}

}  // namespace backtalk::html
