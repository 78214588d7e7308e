// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the enhanced code for the reply parser, once per reply: inline, so that it stays in
// registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/smtp/enhanced_code.hpp"

namespace backtalk::smtp {

// 1*3DIGIT without a leading zero, from text[at]; moves `at` past it. False if there is none.
inline bool take_code_number(std::string_view text, std::size_t& at, unsigned& number) {
  const auto digit = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0' : 10U;
  };
  number = digit(at);
  if (number > 9) return false;
  ++at;
  for (int more = 0; more < 2 && digit(at) <= 9; ++more) {
    if (number == 0) return false;
    number = number * 10 + digit(at++);
  }
  return true;
}

// The most frequent form, one digit each: "2.1.5" before a space or the end. False for any other.
inline bool take_short_code(std::string_view text, char klass, EnhancedCodePrefix& found) {
  const auto digit = [text](std::size_t i) { return static_cast<unsigned char>(text[i]) - unsigned{'0'}; };
  if (text.size() < 5 || text[0] != klass || text[1] != '.' || text[3] != '.') return false;
  if (digit(2) > 9 || digit(4) > 9 || (text.size() > 5 && text[5] != ' ')) return false;
  if (klass != '2' && klass != '4' && klass != '5') return false;
  found.code = {.klass = static_cast<std::uint8_t>(klass - '0'),
                .subject = static_cast<std::uint16_t>(digit(2)),
                .detail = static_cast<std::uint16_t>(digit(4))};
  found.octets = text.size() > 5 ? 6 : 5;
  return true;
}

// status-code = class "." subject "." detail        (RFC 3463 2)
// class       = "2" / "4" / "5"
// subject     = 1*3digit
// detail      = 1*3digit
//
// The class is that of the reply code, and a space or the end of the text follows (RFC 2034 4).
inline bool take_enhanced_code(std::string_view text, std::uint16_t reply_code, EnhancedCodePrefix& found) {
  const unsigned klass = reply_code / 100U;
  if (klass != 2 && klass != 4 && klass != 5) return false;
  if (text.size() < 5 || text[0] != static_cast<char>('0' + klass) || text[1] != '.') return false;
  std::size_t at = 2;
  unsigned subject = 0;
  unsigned detail = 0;
  if (!take_code_number(text, at, subject) || at == text.size() || text[at] != '.') return false;
  ++at;
  if (!take_code_number(text, at, detail)) return false;
  if (at < text.size() && text[at] != ' ') return false;
  found.code = {.klass = static_cast<std::uint8_t>(klass),
                .subject = static_cast<std::uint16_t>(subject),
                .detail = static_cast<std::uint16_t>(detail)};
  found.octets = at < text.size() ? at + 1 : at;
  return true;
}

}  // namespace backtalk::smtp
