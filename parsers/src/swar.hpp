// SPDX-License-Identifier: Apache-2.0 OR MIT
// Eight bytes examined in one 64-bit word, where SIMD would not pay.
//
// A mark is the highest bit of a byte. The first mark, that of the lowest byte, is exact; a carry
// or borrow out of that byte may also mark bytes above it. So the word has a mark if and only if
// some byte deserves one.
#pragma once

#include <cstdint>
#include <cstring>

namespace backtalk::swar {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kTops = 0x8080808080808080;

// `byte` in all eight bytes.
constexpr std::uint64_t all(unsigned char byte) noexcept {
  return kOnes * byte;
}

inline std::uint64_t load(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Marks bytes below `limit`, which is at most 0x80. Other bits are unspecified: mask with kTops.
constexpr std::uint64_t below(std::uint64_t word, unsigned char limit) noexcept {
  return (word - all(limit)) & ~word;
}

// Marks the bytes that equal `byte`; other bits are unspecified.
constexpr std::uint64_t equal(std::uint64_t word, unsigned char byte) noexcept {
  const std::uint64_t different = word ^ all(byte);
  return (different - kOnes) & ~different;
}

// The values of eight ASCII digits; any other byte becomes 10 or more.
constexpr std::uint64_t digit_values(std::uint64_t word) noexcept {
  return word ^ all('0');
}

// Marks bytes that are 10 or more: in digit_values(), those that were not digits.
constexpr std::uint64_t above_nine(std::uint64_t values) noexcept {
  return (values | (values + all(0x7F - 9))) & kTops;
}

// The number with these eight digit values, the first in the lowest byte: joined to pairs, and the
// pairs to one number.
constexpr std::uint64_t join_digits(std::uint64_t values) noexcept {
  constexpr std::uint64_t kPair = 0x000000FF000000FF;
  const std::uint64_t pairs = values * 10 + (values >> 8);  // in every other byte
  return ((pairs & kPair) * 0x000F424000000064 + ((pairs >> 16) & kPair) * 0x0000271000000001) >> 32;
}

}  // namespace backtalk::swar
