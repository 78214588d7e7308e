// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/value_mistake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/option_view.hpp"

namespace backtalk::cli {
namespace {

using Views = std::vector<OptionView>;

bool has_name(const OptionView& option, std::string_view name) {
  return std::ranges::find(option.names, name) != option.names.end();
}

const OptionView* named(const Views& options, std::string_view name) {
  const auto found =
      std::ranges::find_if(options, [name](const OptionView& one) { return has_name(one, name); });
  return found == options.end() ? nullptr : &*found;
}

// "`--seed` needs a value, as in `--seed N`: seed of the random numbers"
std::string needs_value(const OptionView& option) {
  const std::string& name = option.names.back();
  return fmt::format("`{}` needs a value, as in `{} {}`: {}", name, name, option.value, option.help);
}

// `-c -t 2`: the parser takes `-t` for the value of `-c`, and then has one word too many.
const OptionView* find_swallower(const Verb& verb, const Views& options) {
  for (const SpecOptions::Added& added : verb.options->all()) {
    if (added.spec->is_positional() || options::is_flag(*added.spec) || added.option->count() == 0) continue;
    for (const std::string& value : added.option->results()) {
      if (named(options, value) != nullptr) return named(options, added.spec->long_name());
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> find_value_mistake(const Verb& verb, const CLI::ParseError& stop) {
  const Views options = options_of(verb);
  const std::string_view said = stop.what();
  // "--seed: 1 required UINT missing", "Could not convert: --quiet = x"
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&stop) != nullptr) {
    const OptionView* const option = named(options, said.substr(0, said.find(':')));
    if (option == nullptr) return std::nullopt;
    if (said.ends_with(" missing")) return needs_value(*option);
    if (!option->repeatable) return fmt::format("`{}` may be given only once", option->names.back());
  }
  if (dynamic_cast<const CLI::ConversionError*>(&stop) != nullptr) {
    for (const OptionView& option : options) {
      if (option.value.empty() && !option.names.empty() &&
          said.find(" " + option.names.back() + " ") != said.npos)
        return fmt::format("`{}` takes no value", option.names.back());
    }
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&stop) != nullptr) {
    if (const OptionView* const option = find_swallower(verb, options)) return needs_value(*option);
  }
  return std::nullopt;
}

}  // namespace backtalk::cli
