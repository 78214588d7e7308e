// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/spec_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace backtalk::cli {
namespace {

CLI::Option* add_option(CLI::App& verb, const workload::OptionSpec& spec) {
  const std::string names(spec.names);
  const std::string help(spec.help);
  if (workload::is_flag(spec)) return verb.add_flag(names, help);
  // CLI11 only keeps the text.
  CLI::Option* option = verb.add_option(names, [](const CLI::results_t&) { return true; }, help);
  option->type_name(workload::type_of(spec))->expected(1);
  const auto preset = workload::show(spec, {});
  if (workload::is_repeatable(spec)) {
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (!preset.empty()) option->default_str(fmt::format("[{}]", fmt::join(preset, ",")));
  } else if (!preset.empty()) {
    option->default_str(preset.front());
  }
  return option;
}

bool was_given(const CLI::Option& option, const workload::OptionSpec& spec) {
  // A flag can be given as --flag=false.
  return option.count() > 0 && (!workload::is_flag(spec) || option.as<bool>());
}

}  // namespace

std::vector<SpecOption> add_spec_options(CLI::App& verb, std::span<const workload::OptionGroup> groups) {
  std::vector<SpecOption> added;
  for (const workload::OptionGroup& group : groups) {
    for (const workload::OptionSpec& spec : group.options) {
      CLI::Option* const option = add_option(verb, spec);
      option->group(std::string(group.title));
      added.push_back({&spec, option});
    }
  }
  return added;
}

std::optional<std::string> read_spec_options(std::span<const SpecOption> added,
                                             workload::LoadOptions& options) {
  for (const auto& [spec, option] : added) {
    if (!was_given(*option, *spec)) continue;
    if (auto problem = workload::set(*spec, option->results(), options)) return problem;
  }
  return std::nullopt;
}

}  // namespace backtalk::cli
