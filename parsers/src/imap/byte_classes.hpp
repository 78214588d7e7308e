// SPDX-License-Identifier: Apache-2.0 OR MIT
// What each byte can be in IMAP (RFC 3501 9, RFC 9051 9).
//
//   ATOM-CHAR       = <any CHAR except atom-specials>
//   atom-specials   = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
//   list-wildcards  = "%" / "*"      quoted-specials = DQUOTE / "\"      resp-specials = "]"
//   ASTRING-CHAR    = ATOM-CHAR / resp-specials
#pragma once

#include <array>
#include <cstdint>

namespace backtalk::imap {

// A byte may be in several classes; an atom continues while its bytes are in one that the context
// allows.
inline constexpr std::uint8_t kAtomChar = 1;
inline constexpr std::uint8_t kCloseBracket = 2;  // "]"
inline constexpr std::uint8_t kOpenBracket = 4;   // "[", which is an ATOM-CHAR
inline constexpr std::uint8_t kWildcard = 8;      // "%" and "*"
inline constexpr std::uint8_t kEightBit = 16;
// Also in kAtomChar.
inline constexpr std::uint8_t kDigit = 32;
inline constexpr std::uint8_t kControl = 64;  // CTL without NUL, CR, LF and HT, which end a text or
                                              // have a class of their own
inline constexpr std::uint8_t kTab = 128;
inline constexpr std::uint8_t kTagChar = kAtomChar | kOpenBracket | kCloseBracket;  // except "+"

consteval std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 1; c < 256; ++c) {
    if (c >= 0x80) {
      table[c] |= kEightBit;
    } else if (c == '\t') {
      table[c] |= kTab;
    } else if (c == 0x7F || (c < 0x20 && c != '\r' && c != '\n')) {
      table[c] |= kControl;
    } else if (c > 0x20 && c < 0x7F) {
      switch (c) {
        case '(':
        case ')':
        case '{':
        case '"':
        case '\\': break;
        case '%':
        case '*': table[c] |= kWildcard; break;
        case ']': table[c] |= kCloseBracket; break;
        case '[': table[c] |= kOpenBracket; break;
        default: table[c] |= kAtomChar; break;
      }
      if (c >= '0' && c <= '9') table[c] |= kDigit;
    }
  }
  return table;
}
inline constexpr std::array<std::uint8_t, 256> kByteClasses = make_byte_classes();

constexpr std::uint8_t byte_class(char c) {
  return kByteClasses[static_cast<unsigned char>(c)];
}

}  // namespace backtalk::imap
