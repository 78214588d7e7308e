// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/base64.hpp"

#include <array>
#include <cstdint>

namespace backtalk::session {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoLetter = 0xFF;
constexpr unsigned kBits = 6;
constexpr unsigned kMask = (1U << kBits) - 1;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoLetter);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

// The first `count` octets of the text, in the upper bits of 24.
std::uint32_t bits_of(std::string_view octets, std::size_t count) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 3; ++i)
    bits = bits << 8 | (i < count ? static_cast<unsigned char>(octets[i]) : 0U);
  return bits;
}

// Reads four letters, the last `padding` of which count as zero bits. False if one is not a letter.
bool read_group(const char* letters, std::size_t padding, std::uint32_t& bits) {
  bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool padded = i >= 4 - padding;
    const std::uint8_t value = padded ? std::uint8_t{0} : kValues[static_cast<unsigned char>(letters[i])];
    if (value == kNoLetter) return false;
    bits = bits << kBits | value;
  }
  return true;
}

}  // namespace

void write_base64(std::string_view octets, std::string& text) {
  text.clear();
  text.reserve(base64_letters(octets.size()));
  while (!octets.empty()) {
    const std::size_t count = octets.size() < 3 ? octets.size() : 3;
    const std::uint32_t bits = bits_of(octets, count);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::uint32_t value = bits >> (3 - i) * kBits & kMask;
      text.push_back(i <= count ? kAlphabet[value] : '=');
    }
    octets.remove_prefix(count);
  }
}

bool read_base64(std::string_view text, std::string& octets) {
  octets.clear();
  if (text.size() % 4 != 0) return false;
  octets.reserve(text.size() / 4 * 3);
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::size_t padded = at + 4 == text.size() ? padding : 0;
    std::uint32_t bits = 0;
    const bool rest_is_zero =
        read_group(text.data() + at, padded, bits) && (bits & ((1U << 8 * padded) - 1)) == 0;
    if (!rest_is_zero) {
      octets.clear();
      return false;
    }
    for (std::size_t i = 0; i < 3 - padded; ++i)
      octets.push_back(static_cast<char>(bits >> (16 - 8 * i) & 0xFF));
  }
  return true;
}

std::string to_base64(std::string_view octets) {
  std::string text;
  write_base64(octets, text);
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string octets;
  if (!read_base64(text, octets)) return std::nullopt;
  return octets;
}

}  // namespace backtalk::session
