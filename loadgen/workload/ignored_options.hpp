// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Options that were given but would have no effect beside the others.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "workload/load_options.hpp"

namespace backtalk::workload {

/// A sentence about the first such option, if there is one. `given` says whether the user gave the option of
/// that long name.
[[nodiscard]] std::optional<std::string> find_ignored(const LoadOptions& options,
                                                      const std::function<bool(std::string_view)>& given);

}  // namespace backtalk::workload
