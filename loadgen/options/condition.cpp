// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "options/condition.hpp"

#include <fmt/format.h>

#include "options/option_spec.hpp"

namespace backtalk::options {

const Condition* find_broken(const OptionSpec& spec, const Values& common, const Values& own) {
  for (const Condition& one : spec.conditions) {
    if (!one.holds(common, own)) return &one;
  }
  return nullptr;
}

std::optional<std::string> find_ignored(std::span<const OptionGroup> groups, const Values& common,
                                        const Values& own,
                                        const std::function<bool(const OptionSpec& spec)>& given) {
  for (const OptionGroup& group : groups) {
    for (const OptionSpec& spec : group.options) {
      if (!given(spec)) continue;  // it may be of another protocol, whose values these are not
      const Condition* const broken = find_broken(spec, common, own);
      if (broken != nullptr) return fmt::format("{} has no effect {}", spec.long_name(), broken->otherwise);
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::options
