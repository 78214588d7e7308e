// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `--fault NAME=VALUE`: all the tables of faults together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/faults.hpp"

namespace backtalk::serve {

/// Reads "NAME=VALUE" into `faults`. Returns an error message, or nullopt on success.
[[nodiscard]] std::optional<std::string> add_fault(std::string_view text, Faults& faults);

/// A sentence if one of the faults means nothing to the protocol of that scheme.
[[nodiscard]] std::optional<std::string> find_idle_fault(const Faults& faults, std::string_view scheme);

/// A sentence if one of the faults is in answers that a script has in their place.
[[nodiscard]] std::optional<std::string> find_fault_of_answers(const Faults& faults);

/// One line per fault: "NAME=VALUE: help". The help of a protocol's own faults begins with the
/// schemes.
[[nodiscard]] std::string fault_help();

/// How each fault begins on the command line: "delay=".
[[nodiscard]] std::vector<std::string> fault_beginnings();

}  // namespace backtalk::serve
