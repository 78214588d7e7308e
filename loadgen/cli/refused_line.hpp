// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is wrong with the command line of a verb, and what may have been meant.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// A sentence about a command line that the parser has refused. `stray`: a word too many, if the
/// parser took it.
[[nodiscard]] std::string find_line_mistake(const Verb& verb, const CLI::ParseError& stop,
                                            std::optional<std::string_view> stray = {});

/// "; did you mean `load`?"
[[nodiscard]] std::string ask_whether(const std::string& meant);

}  // namespace backtalk::cli
