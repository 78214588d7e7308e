// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Spaces and tabs.
#pragma once

#include <algorithm>
#include <string_view>

namespace backtalk::text {

inline constexpr std::string_view kBlanks = " \t";

/// The text without blanks at its beginning and its end.
[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// The text without blanks at its end.
[[nodiscard]] constexpr std::string_view without_trailing_blanks(std::string_view text) noexcept {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace backtalk::text
