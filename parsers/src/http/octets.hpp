// SPDX-License-Identifier: Apache-2.0 OR MIT
// The classes of octets in the grammar of HTTP (RFC 9110 5.6, RFC 5234 B.1).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "ascii.hpp"
#include "backtalk/error.hpp"
#include "swar.hpp"

namespace backtalk::http {

enum Octet : std::uint8_t {
  // tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
  //         / DIGIT / ALPHA
  kToken = 1,
  kText = 2,     // HTAB / SP / VCHAR / obs-text
  kVisible = 4,  // VCHAR
};

consteval std::array<std::uint8_t, 256> octet_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    const bool visible = i > 0x20 && i < 0x7F;
    if (visible) table[i] |= kVisible;
    if (visible || i == '\t' || i == ' ' || i >= 0x80) table[i] |= kText;
    const bool mark =
        std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(i)) != std::string_view::npos;
    if (visible && (mark || ascii::is_alnum(static_cast<char>(i)))) table[i] |= kToken;
  }
  return table;
}

inline constexpr std::array<std::uint8_t, 256> kOctets = octet_table();

constexpr bool is(Octet kind, char c) {
  return (kOctets[static_cast<unsigned char>(c)] & kind) != 0;
}
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t';
}  // OWS = *( SP / HTAB )

// Error for an unexpected byte. NUL, bare LF and control bytes are reported as such; anything else
// as `expected`.
constexpr ErrorCode why(char byte, ErrorCode expected, bool bare_lf_is_line_end) {
  if (byte == '\0') return ErrorCode::nul;
  if (byte == '\n') return bare_lf_is_line_end ? expected : ErrorCode::bare_lf;
  const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
  if (control && byte != '\r' && byte != '\t') return ErrorCode::control_byte;
  return expected;
}

// The first index in [at, stop) of a byte that is not a field-vchar, SP or HTAB; `stop` if there is
// none. Reads eight bytes at a time, up to base[readable].
inline std::size_t skip_text(const char* base, std::size_t at, std::size_t stop, std::size_t readable) {
  while (std::endian::native == std::endian::little && at < stop && at + 8 <= readable) {
    const std::uint64_t word = swar::load(base + at);
    const std::uint64_t found = (swar::below(word, ' ') | swar::equal(word, 0x7F)) & swar::kTops;
    if (found == 0) {
      at += 8;
      continue;
    }
    at += static_cast<std::size_t>(std::countr_zero(found)) / 8;
    if (at >= stop) return stop;
    if (base[at] != '\t') return at;
    ++at;
  }
  if (at >= stop) return stop;
  while (at < stop && is(kText, base[at])) ++at;
  return at;
}

// True if all of text is VCHAR. Text must contain no byte below 0x20 except HTAB, and no 0x7F;
// eight octets after it must be readable.
inline bool all_visible(std::string_view text) {
  if constexpr (std::endian::native != std::endian::little) {
    return std::ranges::all_of(text, [](char c) { return is(kVisible, c); });
  }
  const auto wrong_in = [](const char* at) {
    const std::uint64_t word = swar::load(at);
    return (swar::below(word, 0x21) | word) & swar::kTops;
  };
  std::uint64_t wrong = 0;
  const char* at = text.data();
  const char* const last = at + text.size() / 8 * 8;
  for (; at != last; at += 8) wrong |= wrong_in(at);
  const std::uint64_t rest = (std::uint64_t{1} << (8 * (text.size() % 8))) - 1;
  return (wrong | (wrong_in(at) & rest)) == 0;
}

}  // namespace backtalk::http
