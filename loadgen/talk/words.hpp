// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The words of a line that somebody typed, who may have made a mistake.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace backtalk::talk {

[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same but for upper and lower case.
[[nodiscard]] constexpr bool is_same(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Takes the first word from the front of `line`, with the spaces before it and one behind it;
/// empty if there is none.
constexpr std::string_view take_word(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

}  // namespace backtalk::talk
