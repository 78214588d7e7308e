// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace backtalk::terminal {

Decoded decode(std::string_view octets) {
  using Kind = Decoded::Kind;
  if (octets.empty()) return {};
  const auto at = [octets](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
  const std::uint8_t first = at(0);
  if (first < 0x80) return {Kind::character, static_cast<wchar_t>(first), 1};
  if (first < 0xC2 || first > 0xF4) return {Kind::invalid, 0, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  std::uint32_t character = first & (0x7FU >> size);
  for (std::size_t i = 1; i < std::min(size, octets.size()); ++i) {
    if ((at(i) & 0xC0U) != 0x80) return {Kind::invalid, 0, i};
    character = (character << 6U) | (at(i) & 0x3FU);
  }
  if (octets.size() < size) return {};
  const bool is_too_long = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
  const bool is_none = (character >= 0xD800 && character <= 0xDFFF) || character > 0x10FFFF;
  if (is_too_long || is_none) return {Kind::invalid, 0, size};
  return {Kind::character, static_cast<wchar_t>(character), size};
}

std::wstring wide(std::string_view text) {
  std::wstring result;
  while (!text.empty()) {
    const Decoded one = decode(text);
    if (one.kind == Decoded::Kind::incomplete) break;
    if (one.kind == Decoded::Kind::character) result += one.character;
    text.remove_prefix(one.octets);
  }
  return result;
}

std::string narrow(std::wstring_view text) {
  std::string result;
  const auto add = [&result](std::uint32_t octet) { result += static_cast<char>(octet); };
  for (const wchar_t one : text) {
    const auto character = std::bit_cast<std::uint32_t>(one);
    if (character < 0x80) {
      add(character);
    } else if (character < 0x800) {
      add(0xC0U | (character >> 6U));
      add(0x80U | (character & 0x3FU));
    } else if (character < 0x10000) {
      add(0xE0U | (character >> 12U));
      add(0x80U | ((character >> 6U) & 0x3FU));
      add(0x80U | (character & 0x3FU));
    } else {
      add(0xF0U | (character >> 18U));
      add(0x80U | ((character >> 12U) & 0x3FU));
      add(0x80U | ((character >> 6U) & 0x3FU));
      add(0x80U | (character & 0x3FU));
    }
  }
  return result;
}

}  // namespace backtalk::terminal
