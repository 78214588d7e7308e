// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a protocol's sessions call their commands, as a script needs it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/error.hpp"
#include "script/notation.hpp"

namespace backtalk::script {

/// The index of a command into the names; the name may be in any case. Not the first, GREETING,
/// which nobody sends.
[[nodiscard]] std::optional<unsigned> find_command(std::span<const std::string_view> names,
                                                   std::string_view name);

/// An error about a name that is not there, and perhaps what was meant.
[[nodiscard]] Error unknown_command(std::span<const std::string_view> names, std::string_view protocol,
                                    const Line& line, std::size_t at, std::string_view name);

/// The text in capitals.
[[nodiscard]] std::string capitals(std::string_view text);

}  // namespace backtalk::script
