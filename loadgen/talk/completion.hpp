// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Completes the commands of a protocol, and those of the program, while they are typed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talk/command_help.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// Static storage.
[[nodiscard]] std::span<const CommandHelp> command_help(Protocol protocol);

struct Completion {
  std::string added;                 ///< goes in behind what was typed
  std::vector<CommandHelp> choices;  ///< all that it may become
};

/// What the line, which ends where the cursor is, may become. In IMAP the command is the second
/// word, behind the tag; a line that begins with "/" is a command of the program.
[[nodiscard]] Completion complete(Protocol protocol, std::string_view line);

}  // namespace backtalk::talk
