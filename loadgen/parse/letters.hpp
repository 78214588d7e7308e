// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Letters of ASCII, whatever their case: names of commands and fields.
#pragma once

#include <algorithm>
#include <string_view>

namespace backtalk::parse {

[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True if `text` in lower case is `lower_case`.
[[nodiscard]] constexpr bool equal_but_for_case(std::string_view text, std::string_view lower_case) noexcept {
  return std::ranges::equal(text, lower_case, {}, lower);
}

}  // namespace backtalk::parse
