// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An option whose value is missing, or that has one too many, in plain words.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// The sentence for the user if that is why the parser of the command line has stopped.
[[nodiscard]] std::optional<std::string> find_value_mistake(const Verb& verb, const CLI::ParseError& stop);

}  // namespace backtalk::cli
