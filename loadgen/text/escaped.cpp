// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/escaped.hpp"

#include <charconv>

namespace backtalk::text {
namespace {

void append_octet(std::string& text, unsigned char octet) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  text += "\\x";
  text += kDigits[octet >> 4U];
  text += kDigits[octet & 0xFU];
}

// The octet of two hexadecimal digits.
std::optional<char> read_octet(std::string_view digits) {
  if (digits.size() != 2) return std::nullopt;
  unsigned value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace

std::string escape(std::string_view octets) {
  std::string text;
  for (const char octet : octets) {
    switch (octet) {
      case '\r': text += "\\r"; break;
      case '\n': text += "\\n"; break;
      case '\t': text += "\\t"; break;
      case '\\': text += "\\\\"; break;
      default:
        if (octet < ' ' || octet > '~')
          append_octet(text, static_cast<unsigned char>(octet));
        else
          text += octet;
    }
  }
  return text;
}

std::string quote(std::string_view octets) {
  std::string text = "\"";
  // An escape has no quotation mark in it.
  for (const char octet : escape(octets)) {
    if (octet == '"') text += '\\';
    text += octet;
  }
  return text += '"';
}

std::optional<std::string> unescape(std::string_view text) {
  std::string octets;
  while (!text.empty()) {
    const char first = text.front();
    text.remove_prefix(1);
    if (first != '\\') {
      octets += first;
      continue;
    }
    const char kind = text.empty() ? '\0' : text.front();
    if (!text.empty()) text.remove_prefix(1);
    switch (kind) {
      case 'r': octets += '\r'; break;
      case 'n': octets += '\n'; break;
      case 't': octets += '\t'; break;
      case '\\': octets += '\\'; break;
      case 'x': {
        const auto octet = read_octet(text.substr(0, 2));
        if (!octet) return std::nullopt;
        octets += *octet;
        text.remove_prefix(2);
        break;
      }
      default: return std::nullopt;
    }
  }
  return octets;
}

}  // namespace backtalk::text
