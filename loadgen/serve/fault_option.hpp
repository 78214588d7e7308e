// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `--fault NAME=VALUE`: all tables of faults together.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "serve/faults.hpp"

namespace backtalk::serve {

/// Reads "NAME=VALUE" into `faults`. Returns what is wrong with it, if anything.
[[nodiscard]] std::optional<std::string> add_fault(std::string_view text, Faults& faults);

/// A line for each fault: "NAME=VALUE: help", a protocol's own with the schemes before the help text.
[[nodiscard]] std::string fault_help();

}  // namespace backtalk::serve
