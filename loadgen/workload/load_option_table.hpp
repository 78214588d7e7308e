// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options that every protocol has.
#pragma once

#include <span>
#include <vector>

#include "workload/option_spec.hpp"

namespace backtalk::workload {

[[nodiscard]] std::span<const OptionGroup> common_option_groups();

/// All options: those that every protocol has, then those of each protocol, each table once.
[[nodiscard]] std::vector<OptionGroup> all_option_groups();

}  // namespace backtalk::workload
