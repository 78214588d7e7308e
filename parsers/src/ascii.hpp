// SPDX-License-Identifier: Apache-2.0 OR MIT
// Letters and digits, independent of the locale.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace backtalk::ascii {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool is_alpha(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}

// Equality ignoring ASCII case; `lowered` is already in lower case.
constexpr bool equals_lowered(std::string_view text, std::string_view lowered) {
  if (text.size() != lowered.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lowered[i]) return false;
  }
  return true;
}

// The same for a name of 8 to 24 bytes, with a few words instead of a loop. `text` must have no
// byte below 0x20, and none of @ [ \\ ] ^ _ where `lowered` has ` { | } ~ or DEL.
inline bool equals_lowered_name(std::string_view text, std::string_view lowered) {
  if (text.size() != lowered.size()) return false;
  constexpr std::uint64_t kLower = 0x2020202020202020;
  const auto differ = [&](std::size_t at) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, text.data() + at, sizeof a);
    std::memcpy(&b, lowered.data() + at, sizeof b);
    return (a | kLower) ^ b;
  };
  const std::size_t last = text.size() - 8;
  const std::uint64_t ends = differ(0) | differ(last);
  return (last <= 8 ? ends : ends | differ(last / 2)) == 0;
}

constexpr bool equals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace backtalk::ascii
