// SPDX-License-Identifier: Apache-2.0 OR MIT
// UTF-8 (RFC 3629 4), checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backtalk::utf8 {

struct Character {
  char32_t value = 0;
  std::size_t octets = 0;  // 0: `text` begins with no character
};

// The character at the front of a text that is not empty.
constexpr Character first(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  const auto bits = [&](std::size_t i) { return static_cast<char32_t>(at(i) & 0x3FU); };
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && tail(1)) return {((lead & 0x1FU) << 6U) | bits(1), 2};
  if (lead >= 0xE0 && lead <= 0xEF) {
    // Neither an overlong form nor a surrogate.
    if (!tail(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) || !tail(2)) return {};
    return {((lead & 0x0FU) << 12U) | (bits(1) << 6U) | bits(2), 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!tail(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) || !tail(2) || !tail(3)) return {};
    return {((lead & 0x07U) << 18U) | (bits(1) << 12U) | (bits(2) << 6U) | bits(3), 4};
  }
  return {};
}

}  // namespace backtalk::utf8
