// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/spec_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace backtalk::cli {
namespace {

CLI::Option* add_option(CLI::App& verb, const options::OptionSpec& spec, const std::string& preset) {
  const std::string names(spec.names);
  const std::string help(spec.help);
  if (options::is_flag(spec)) return verb.add_flag(names, help);
  // CLI11 only keeps the text.
  CLI::Option* option = verb.add_option(names, [](const CLI::results_t&) { return true; }, help);
  option->type_name(options::type_of(spec))->required(spec.required);
  if (options::is_repeatable(spec) && spec.is_positional()) {
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
  } else {
    option->expected(1);
    if (options::is_repeatable(spec)) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  if (!preset.empty()) option->default_str(preset);
  return option;
}

bool was_given(const CLI::Option& option, const options::OptionSpec& spec) {
  // A flag can be given as --flag=false.
  return option.count() > 0 && (!options::is_flag(spec) || option.as<bool>());
}

}  // namespace

SpecOptions::SpecOptions(CLI::App& verb, std::vector<options::OptionGroup> groups)
    : groups_(std::move(groups)) {
  for (const options::OptionGroup& group : groups_) {
    for (const options::OptionSpec& spec : group.options) {
      CLI::Option* const option = add_option(verb, spec, preset_of(spec, group));
      if (!spec.is_positional()) option->group(std::string(group.title));
      added_.push_back({&spec, &group, option});
    }
  }
}

options::Problem SpecOptions::read(std::span<const options::OptionGroup> groups,
                                   options::Values& values) const {
  for (const auto& [spec, group, option] : added_) {
    const bool wanted = std::ranges::any_of(groups, [&tables = *group](const options::OptionGroup& one) {
      return one.options.data() == tables.options.data();
    });
    if (!wanted || !was_given(*option, *spec)) continue;
    if (auto problem = options::set(*spec, option->results(), values)) return problem;
  }
  return std::nullopt;
}

bool SpecOptions::given(const options::OptionSpec& spec) const {
  const auto added = std::ranges::find(added_, &spec, &Added::spec);
  return added != added_.end() && was_given(*added->option, spec);
}

std::string preset_of(const options::OptionSpec& spec, const options::OptionGroup& group) {
  const std::vector<std::string> preset = options::show(spec, *group.make());
  if (preset.empty()) return "";
  return options::is_repeatable(spec) ? fmt::format("[{}]", fmt::join(preset, ",")) : preset.front();
}

}  // namespace backtalk::cli
