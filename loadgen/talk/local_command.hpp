// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Lines that are for the program and not for the server: they begin with "/". No command of any of
/// the protocols does; "//" at the beginning of a line sends "/".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "talk/command_help.hpp"

namespace backtalk::talk {

struct LocalCommand {
  enum class Name : std::uint8_t { help, tls, starttls, wait, save, quit };
  Name name = Name::help;
  std::string argument = {};      ///< the file of `save`
  std::uint64_t duration_ns = 0;  ///< of `wait`; 0: none was given
};

/// True if the line, where a command may begin, is for the program.
[[nodiscard]] constexpr bool is_local(std::string_view line) noexcept {
  return line.starts_with('/') && !line.starts_with("//");
}

/// What goes to the server of a line that is not for the program.
[[nodiscard]] constexpr std::string_view for_server(std::string_view line) noexcept {
  return line.starts_with("//") ? line.substr(1) : line;
}

/// The command, or a sentence about what is wrong with the line.
[[nodiscard]] std::variant<LocalCommand, std::string> read_local(std::string_view line);

/// All of them, in alphabetical order. Static storage.
[[nodiscard]] std::span<const CommandHelp> local_command_help();

}  // namespace backtalk::talk
