// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/option_view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

std::vector<std::string> split_names(std::string_view names) {
  std::vector<std::string> out;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    out.emplace_back(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
  return out;
}

std::string value_of(const options::OptionSpec& spec) {
  const std::vector<std::string> words = options::words_of(spec);
  if (!words.empty()) return fmt::format("{}", fmt::join(words, "|"));
  const std::string type = options::type_of(spec);
  const std::string name = type.substr(0, type.find(':'));
  return name == "UINT" ? "N" : name == "FLOAT" ? "X" : name;
}

// The name of what it takes says what that is.
Takes takes_of(const options::OptionSpec& spec, const OptionView& view) {
  if (options::is_flag(spec)) return Takes::nothing;
  if (!view.completions.empty()) return Takes::word;
  const std::string& name = spec.is_positional() ? view.positional : view.value;
  if (name == "URL") return Takes::url;
  if (name == "DIR") return Takes::folder;
  // A positional argument that is neither a word nor a URL is a file.
  return spec.is_positional() || name.ends_with("FILE") ? Takes::file : Takes::text;
}

std::vector<std::string> beginnings_of_urls(const Verb& verb) {
  std::vector<std::string> beginnings;
  beginnings.reserve(std::max(verb.schemes.size(), workload::protocols().size()));
  for (const std::string_view scheme : verb.schemes) beginnings.push_back(fmt::format("{}://", scheme));
  if (!beginnings.empty()) return beginnings;
  for (const workload::Protocol& protocol : workload::protocols())
    beginnings.push_back(fmt::format("{}://", protocol.scheme));
  return beginnings;
}

OptionView view(const SpecOptions::Added& added, const Verb& verb) {
  const options::OptionSpec& spec = *added.spec;
  OptionView out;
  if (spec.is_positional()) {
    out.positional = spec.names;
  } else {
    out.names = split_names(spec.names);
  }
  out.value = value_of(spec);
  out.completions = options::completions_of(spec);
  out.takes = takes_of(spec, out);
  if (out.takes == Takes::url) out.completions = beginnings_of_urls(verb);
  out.help = spec.help;
  out.preset = preset_of(spec, *added.group);
  out.group = added.group->title;
  out.repeatable = options::is_repeatable(spec);
  out.required = spec.required;
  return out;
}

// CLI11 adds it.
OptionView help_option(const Verb& verb) {
  OptionView out;
  out.names = {"-h", "--help"};
  out.takes = Takes::nothing;
  out.help = verb.app->get_help_ptr()->get_description();
  out.group = "Options";
  return out;
}

}  // namespace

std::vector<OptionView> options_of(const Verb& verb) {
  std::vector<OptionView> views;
  for (const SpecOptions::Added& added : verb.options->all()) {
    const bool first_with_a_name =
        !added.spec->is_positional() && (views.empty() || views.back().names.empty());
    if (first_with_a_name) views.push_back(help_option(verb));
    views.push_back(view(added, verb));
  }
  return views;
}

}  // namespace backtalk::cli
