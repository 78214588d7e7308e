// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/errors_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/table.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"

namespace backtalk::html {
namespace {

// What was said, by whom to what, and where in the stream.
std::string example_of(const result::Example& one) {
  std::string out = fmt::format("<article><h3>{}</h3>\n<p class=\"small\">", escaped(one.name));
  const auto to = std::back_inserter(out);
  if (one.command) fmt::format_to(to, "in answer to {}, ", escaped(*one.command));
  fmt::format_to(to, "at octet {} of the stream of its connection</p>\n", show_count(one.offset));
  if (!one.text.empty()) fmt::format_to(to, "<pre>{}</pre>\n", escaped(report::show_words(one)));
  const auto rows = one.hexdump();
  if (!rows.empty()) {
    out += "<pre class=\"dump\">";
    for (const std::string& row : rows) out += escaped(row) + "\n";
    out += "</pre>\n";
  }
  return out + "</article>\n";
}

}  // namespace

std::string errors_of(const result::RunResult& result) {
  if (result.errors.empty() && result.examples.empty()) return section("errors", "Errors", "<p>None.</p>\n");
  const bool remedies = std::ranges::any_of(
      result.errors, [](const result::NamedCount& one) { return !report::remedy_of(one.name).empty(); });
  std::vector<std::string> heads{"error", ">count", ">of what started"};
  if (remedies) heads.emplace_back("what to do");
  Table table(heads);
  for (const result::NamedCount& one : result.errors) {
    std::vector<std::string> row{
        "<code>" + escaped(one.name) + "</code>", figure(pointer("/errors", one.name), one.count),
        result.measured.started == 0
            ? "–"
            : show_part(std::min(one.count, result.measured.started), result.measured.started)};
    if (remedies) row.push_back(escaped(report::remedy_of(one.name)));
    table.add(row);
  }
  std::string out = table.empty() ? "" : table.html();
  std::size_t left = kRowsMax;
  for (const result::Example& one : result.examples) {
    if (left-- == 0) break;
    out += example_of(one);
  }
  return section("errors", "Errors", out);
}

}  // namespace backtalk::html
