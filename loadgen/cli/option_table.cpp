// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/option_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "cli/option_view.hpp"
#include "result/json.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

// `|` ends a cell, even inside code, and a line end ends the row.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "<br>";
    } else {
      if (c == '|') escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

std::string row(const OptionView& option) {
  const std::string value = option.value.empty() ? "" : " " + option.value;
  const std::string preset = option.preset.empty() ? "" : fmt::format("`{}`", option.preset);
  return escape(fmt::format("`{}{}`", fmt::join(option.names, "`, `"), value)).insert(0, "| ") +
         fmt::format(" | {} | {} |\n", escape(preset), escape(option.help));
}

// Under a heading of its own, whatever else is on the page.
std::string title_of(const std::string& group, const Verb& verb) {
  return group == "Options" ? fmt::format("Options of `{}`", verb.app->get_name()) : group;
}

}  // namespace

std::string option_tables(const Verb& verb, std::string_view only) {
  std::string text;
  std::string group;
  for (const OptionView& option : options_of(verb)) {
    if (option.names.empty() || option.names.back() == "--help") continue;
    if (!only.empty() && option.group != only) continue;
    if (option.group != group) {
      text += fmt::format("{}### {}\n\n| option | default | meaning |\n|---|---|---|\n",
                          group.empty() ? "" : "\n", title_of(option.group, verb));
      group = option.group;
    }
    text += row(option);
  }
  return text;
}

std::string workload_keys() {
  std::string text;
  for (const workload::Protocol& protocol : workload::protocols()) {
    text += fmt::format("{} {}", protocol.scheme, fmt::join(result::workload_keys(), " "));
    for (const options::OptionGroup& group : protocol.own_options) {
      for (const options::OptionSpec& spec : group.options) {
        if (!spec.key.empty()) text += fmt::format(" {}", spec.key);
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace backtalk::cli
