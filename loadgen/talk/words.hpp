// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The words of a line that somebody typed, who may have made a mistake.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "text/blanks.hpp"
#include "text/letter_case.hpp"

namespace backtalk::talk {

// What is between words. No protocol here has tabs there, but some servers take them.
using text::kBlanks;
using text::without_blanks;

/// The same as one of several words, but for upper and lower case.
[[nodiscard]] constexpr bool is_any_of(std::string_view word, auto... names) noexcept {
  return (text::equals_ignoring_case(word, names) || ...);
}

/// Takes the first word from the front of `line`, with the blanks before it and one behind it;
/// empty if there is none.
constexpr std::string_view take_word(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

}  // namespace backtalk::talk
