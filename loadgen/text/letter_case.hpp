// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Upper and lower case of ASCII letters, independent of the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace backtalk::text {

[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True if both are the same, whatever the case of their letters.
[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace backtalk::text
