// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is wrong with the command line of a verb, and what may have been meant.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// A sentence about a command line that the parser has refused.
[[nodiscard]] std::string find_line_mistake(const Verb& verb, const CLI::ParseError& stop);

/// "; did you mean `load`?"
[[nodiscard]] std::string ask_whether(const std::string& meant);

}  // namespace backtalk::cli
