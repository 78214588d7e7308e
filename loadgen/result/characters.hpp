// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Octets in JSON, whose strings are UTF-8: each octet becomes the character of the same number,
/// from U+0000 to U+00FF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::result {

[[nodiscard]] std::string characters_of(std::string_view octets);

/// Returns the octets again; nullopt if a character is above U+00FF or the text is not UTF-8.
[[nodiscard]] std::optional<std::string> octets_of(std::string_view characters);

/// Text from the command line: unchanged if it is UTF-8, otherwise `characters_of` it.
[[nodiscard]] std::string text_of(std::string octets);

}  // namespace backtalk::result
