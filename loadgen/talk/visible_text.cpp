// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/visible_text.hpp"

#include <cstddef>
#include <cstdint>

namespace backtalk::talk {
namespace {

// Those that turn the direction of what follows, or break the line, on terminals that obey them
// (UAX 9, Bidi_Control; U+2028, U+2029): a server's text would be shown as if the user had said it.
bool is_layout_control(std::uint32_t character) {
  return character == 0x061C || character == 0x200E || character == 0x200F ||
         (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

// How many octets the character at the front has, if it is one of UTF-8 (RFC 3629 4) that is no
// control character; otherwise 0.
std::size_t character_octets(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = at(0);
  if (first < 0x80) return first == '\t' || (first >= 0x20 && first != 0x7F) ? 1 : 0;
  const std::size_t octets = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < octets) return 0;
  for (std::size_t i = 1; i < octets; ++i) {
    if ((at(i) & 0xC0U) != 0x80) return 0;
  }
  const std::uint8_t second = at(1);
  const bool is_control = first == 0xC2 && second < 0xA0;  // C1
  const bool is_too_long = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_none = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  if (is_control || is_too_long || is_none) return 0;
  if (octets == 2 && is_layout_control(((first & 0x1FU) << 6U) | (second & 0x3FU))) return 0;
  if (octets == 3 && is_layout_control(((first & 0xFU) << 12U) | ((second & 0x3FU) << 6U) | (at(2) & 0x3FU)))
    return 0;
  return octets;
}

}  // namespace

std::string visible(std::string_view octets) {
  std::string text;
  while (!octets.empty()) {
    std::size_t taken = character_octets(octets);
    if (taken > 0) {
      text.append(octets.substr(0, taken));
    } else {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const auto octet = static_cast<std::uint8_t>(octets.front());
      text.append("\\x") += kDigits[octet >> 4U];
      text += kDigits[octet & 0xFU];
      taken = 1;
    }
    octets.remove_prefix(taken);
  }
  return text;
}

}  // namespace backtalk::talk
