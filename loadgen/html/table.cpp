// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/table.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "html/escape.hpp"

namespace backtalk::html {
namespace {

bool is_figures(const std::string& head) {
  return head.starts_with('>');
}

}  // namespace

Table::Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}

void Table::add(const std::vector<std::string>& cells, std::string_view css_class) {
  if (++rows_ > kRowsMax) return;
  body_ += css_class.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", css_class);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // The first cell names the row.
    const std::string_view name = i == 0 ? "th" : "td";
    const bool right = i < heads_.size() && is_figures(heads_[i]);
    fmt::format_to(std::back_inserter(body_), "<{}{}{}>{}</{}>", name, i == 0 ? " scope=\"row\"" : "",
                   right ? " class=\"n\"" : "", cells[i], name);
  }
  body_ += "</tr>\n";
}

std::string Table::html() const {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  const auto to = std::back_inserter(out);
  for (const std::string& head : heads_) {
    const bool right = is_figures(head);
    fmt::format_to(to, "<th scope=\"col\"{}>{}</th>", right ? " class=\"n\"" : "",
                   escaped(std::string_view(head).substr(right ? 1 : 0)));
  }
  fmt::format_to(to, "</tr></thead><tbody>\n{}", body_);
  if (rows_ > kRowsMax)
    fmt::format_to(to, "<tr><td colspan=\"{}\">and {} more: see --json</td></tr>\n", heads_.size(),
                   rows_ - kRowsMax);
  return out + "</tbody></table></div>\n";
}

void Facts::add(std::string_view name, std::string_view html) {
  fmt::format_to(std::back_inserter(rows_), "<dt>{}</dt><dd>{}</dd>\n", escaped(name), html);
}

std::string Facts::html() const {
  return rows_.empty() ? "" : "<dl class=\"facts\">" + rows_ + "</dl>\n";
}

std::string section(std::string_view css_class, std::string_view heading, std::string_view content) {
  if (content.empty()) return {};
  return fmt::format("<section class=\"{}\"><h2>{}</h2>\n{}</section>\n", css_class, escaped(heading),
                     content);
}

}  // namespace backtalk::html
