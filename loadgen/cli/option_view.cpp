// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/option_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace backtalk::cli {
namespace {

// CLI11 describes a set of words as "{one,two}", behind the name of the type.
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  std::vector<std::string> words;
  if (begin == std::string::npos || end == std::string::npos) return words;
  for (std::size_t at = begin + 1; at < end;) {
    const std::size_t stop = std::min(type.find(',', at), end);
    words.push_back(type.substr(at, stop - at));
    at = stop + 1;
  }
  return words;
}

std::string value_of(const CLI::Option& option, const std::vector<std::string>& choices) {
  if (option.get_items_expected_max() == 0) return "";
  if (!choices.empty()) return fmt::format("{}", fmt::join(choices, "|"));
  const std::string type = option.get_type_name();
  const std::string name = type.substr(0, type.find_first_of(": "));
  return name == "UINT" || name == "INT" ? "N" : name == "FLOAT" ? "X" : name;
}

OptionView view(const CLI::Option& option) {
  OptionView seen;
  for (const std::string& name : option.get_snames()) seen.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) seen.names.push_back("--" + name);
  if (seen.names.empty()) seen.positional = option.get_name();
  seen.choices = choices_of(option.get_type_name());
  seen.value = value_of(option, seen.choices);
  seen.help = option.get_description();
  seen.preset = option.get_default_str();
  seen.group = option.get_group();
  seen.repeatable = option.get_items_expected_max() > 1 ||
                    option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return seen;
}

}  // namespace

std::vector<OptionView> options_of(const CLI::App& verb) {
  std::vector<OptionView> views;
  for (const CLI::Option* option : verb.get_options()) {
    if (!option->get_group().empty()) views.push_back(view(*option));
  }
  return views;
}

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace backtalk::cli
