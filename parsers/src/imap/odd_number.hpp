// SPDX-License-Identifier: Apache-2.0 OR MIT
// What servers send in place of a number.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "ascii.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

// "-1" is 0.
inline bool is_negative_number(std::string_view text) {
  return text.size() > 1 && text.front() == '-' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// "9.3736e+06" is 9373600, as printf's %g writes a number of more than six digits. Nothing if this
// is no integer of 64 bits.
inline std::optional<std::uint64_t> number_with_exponent(std::string_view text) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::size_t at = 0;
  std::uint64_t value = 0;
  const auto append = [&value](unsigned digit) {
    if (value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  };
  const auto digits = [&] {  // those from `at` on; false if there are none, or too many
    const std::size_t first = at;
    for (; at < text.size() && ascii::is_digit(text[at]); ++at) {
      if (!append(static_cast<unsigned>(text[at] - '0'))) return false;
    }
    return at > first;
  };
  if (!digits()) return {};
  std::size_t shift = 0;  // the digits behind the point
  if (at < text.size() && text[at] == '.') {
    const std::size_t point = at++;
    if (!digits()) return {};
    shift = at - point - 1;
  }
  if (at == text.size() || ascii::lower(text[at]) != 'e') return {};
  ++at;
  if (at < text.size() && text[at] == '+') ++at;
  if (at == text.size()) return {};
  std::size_t exponent = 0;
  for (; at < text.size(); ++at) {
    if (!ascii::is_digit(text[at]) || exponent > 99) return {};
    exponent = exponent * 10 + static_cast<std::size_t>(text[at] - '0');
  }
  if (exponent < shift) return {};
  for (; exponent > shift && value != 0; --exponent) {
    if (!append(0)) return {};
  }
  return value;
}

// The value of a token that is not a number but is tolerated as one.
inline std::optional<std::uint64_t> odd_number(const Token& token, Tolerances tolerances) {
  if (token.kind != Token::Kind::atom) return {};
  if (tolerances.has(tolerate::negative_numbers) && is_negative_number(token.text)) return 0;
  return tolerances.has(tolerate::exponents) ? number_with_exponent(token.text) : std::nullopt;
}

}  // namespace backtalk::imap
