// SPDX-License-Identifier: Apache-2.0 OR MIT
// The numbers of IMAP: the range that a place has in the grammar, and what is tolerated beyond it.
#pragma once

#include <cstdint>

#include "backtalk/error.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

// number = 1*DIGIT, unsigned 32 bits        number64, mod-sequence-value: up to 63 bits
inline constexpr std::uint64_t kNumberMax = 4294967295;
inline constexpr std::uint64_t kNumber64Max = 9223372036854775807;

// Only a size, in octets or lines, may be less exact than it was meant.
enum class Counts : std::uint8_t { other, size };

// nz-number = digit-nz *DIGIT, but mod-sequence-value = 1*DIGIT (RFC 7162 7)
constexpr bool may_begin_with_zero(std::uint64_t max, std::uint64_t min) {
  return min == 0 || max == kNumber64Max;
}

// The same as read_number(), of which it is the rare case.
[[nodiscard]] ErrorCode read_odd_number(const Token& token, std::uint64_t& out, std::uint64_t max,
                                        std::uint64_t min, Tolerances tolerances, Counts counts);

// What keeps the token from being a number from `min` to `max`; `none` if it is one, or is
// tolerated as one. `min` is 0 or 1. Only a number that fits is stored.
[[nodiscard]] inline ErrorCode read_number(const Token& token, std::uint64_t& out, std::uint64_t max,
                                           std::uint64_t min, Tolerances tolerances,
                                           Counts counts = Counts::other) {
  if (token.is_number()) {
    const std::uint64_t value = token.number();
    const bool is_written_well = may_begin_with_zero(max, min) || !token.text.starts_with('0');
    if (value >= min && value <= max && is_written_well) {
      out = value;
      return ErrorCode::none;
    }
  }
  return read_odd_number(token, out, max, min, tolerances, counts);
}

}  // namespace backtalk::imap
