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

// `|` ends a cell, be it in code.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string row(const OptionView& option) {
  const std::string value = option.value.empty() ? "" : " " + option.value;
  const std::string preset = option.preset.empty() ? "" : fmt::format("`{}`", option.preset);
  return escape(fmt::format("`{}{}`", fmt::join(option.names, "`, `"), value)).insert(0, "| ") +
         fmt::format(" | {} | {} |\n", escape(preset), escape(option.help));
}

}  // namespace

std::string option_tables(const CLI::App& app) {
  std::string text;
  std::string group;
  for (const OptionView& option : options_of(*app.get_subcommand("load"))) {
    if (option.names.empty() || option.names.back() == "--help") continue;
    if (option.group != group) {
      text += fmt::format("{}### {}\n\n| option | default | meaning |\n|---|---|---|\n",
                          group.empty() ? "" : "\n", option.group);
      group = option.group;
    }
    text += row(option);
  }
  return text;
}

std::string workload_keys(const CLI::App&) {
  std::string text;
  for (const workload::Protocol& protocol : workload::protocols()) {
    text += fmt::format("{} {}", protocol.scheme, fmt::join(result::kWorkloadKeys, " "));
    for (const workload::OptionSpec& spec : protocol.options.options) {
      if (!spec.key.empty()) text += fmt::format(" {}", spec.key);
    }
    text += '\n';
  }
  return text;
}

}  // namespace backtalk::cli
