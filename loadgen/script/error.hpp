// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is wrong with a script, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::script {

struct Error {
  std::uint32_t line = 1;    ///< counted from 1
  std::uint32_t column = 1;  ///< in octets, counted from 1
  std::string sentence;      ///< for the user: what was expected there
};

/// nullopt: all is well.
using Problem = std::optional<Error>;

/// "poll.txt:3:5: expected ..."
[[nodiscard]] std::string show(std::string_view file, const Error& error);

/// Text of a script as an error quotes it: cut if it is long, and without control characters.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace backtalk::script
