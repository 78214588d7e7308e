// SPDX-License-Identifier: Apache-2.0 OR MIT
// The characters of the arguments of APOP and AUTH, for whoever reads or writes them.
#pragma once

#include <cstddef>

#include "ascii.hpp"

namespace backtalk::pop3 {

inline constexpr std::size_t kDigestDigits = 32;
inline constexpr std::size_t kMechanismMax = 20;

constexpr bool is_lower_hex(char c) {
  return ascii::is_digit(c) || (c >= 'a' && c <= 'f');
}
constexpr bool is_hex(char c) {
  return is_lower_hex(ascii::lower(c));
}
constexpr bool is_mechanism_char(char c) {
  return ascii::is_alnum(c) || c == '-' || c == '_';
}

// base64 and "=": the mechanism checks what it decodes to.
constexpr bool is_base64_char(char c) {
  return ascii::is_alnum(c) || c == '+' || c == '/' || c == '=';
}

}  // namespace backtalk::pop3
