// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Text in a script of a shell.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// The first line of a completion.
inline constexpr std::string_view kShellLicence = "# SPDX-License-Identifier: Apache-2.0 OR MIT\n";

/// What fits beside a name: the help text up to its first line end or semicolon.
[[nodiscard]] std::string_view brief(std::string_view help);

/// With a backslash before each character of `special`.
[[nodiscard]] std::string with_backslashes(std::string_view text, std::string_view special);

/// In single quotes of a POSIX shell.
[[nodiscard]] std::string single_quoted(std::string_view text);

/// The verbs' names, with a space between them.
[[nodiscard]] std::string verb_names(std::span<const Verb> verbs);

}  // namespace backtalk::cli
