// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk load`, declared once.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_spec.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {

/// The URL, and the options that every protocol has. They set LoadArguments, and those that have a
/// key set LoadOptions.
[[nodiscard]] std::span<const options::OptionGroup> common_option_groups();

/// The same, and the options of each protocol, each table once.
[[nodiscard]] std::vector<options::OptionGroup> all_option_groups();

/// True if one of the groups has the options of `wanted`.
[[nodiscard]] bool has_table(std::span<const options::OptionGroup> groups,
                             const options::OptionGroup& wanted);

/// A sentence about the first option of another protocol that was given, if there is one. `own` are
/// the options of the protocol that is to be loaded.
[[nodiscard]] std::optional<std::string> find_foreign(
    std::span<const options::OptionGroup> all, std::span<const options::OptionGroup> own,
    std::string_view scheme, const std::function<bool(const options::OptionSpec& spec)>& given);

/// Calls `visit(spec)` for each common option that has a key in the results.
template <class Visit>
void each_common_setting(Visit visit) {
  for (const options::OptionGroup& group : common_option_groups()) {
    for (const options::OptionSpec& spec : group.options) {
      if (!spec.key.empty()) visit(spec);
    }
  }
}

}  // namespace backtalk::workload
