// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/crc32.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace backtalk::session {
namespace {

constexpr std::size_t kSlices = 8;  // octets in one step
using Table = std::array<std::array<std::uint32_t, 256>, kSlices>;

// kTable[k][octet]: what the octet does to the sum once k more octets have followed it.
constexpr std::uint32_t kPolynomial = 0xEDB88320;

constexpr Table kTable = [] {
  Table table{};
  for (std::uint32_t octet = 0; octet < 256; ++octet) {
    std::uint32_t sum = octet;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? kPolynomial : 0U);
    table[0][octet] = sum;
  }
  for (std::size_t k = 1; k < kSlices; ++k) {
    for (std::size_t octet = 0; octet < 256; ++octet) {
      const std::uint32_t before = table[k - 1][octet];
      table[k][octet] = (before >> 8U) ^ table[0][before & 0xFFU];
    }
  }
  return table;
}();

// The first four octets as they lie in a little-endian word, whatever the machine.
std::uint32_t word_at(const char* at) noexcept {
  std::array<unsigned char, 4> octets{};
  std::memcpy(octets.data(), at, octets.size());
  return std::uint32_t{octets[0]} | std::uint32_t{octets[1]} << 8U | std::uint32_t{octets[2]} << 16U |
         std::uint32_t{octets[3]} << 24U;
}

}  // namespace

void Crc32::add(std::string_view octets) noexcept {
  std::uint32_t sum = state_;
  const char* at = octets.data();
  std::size_t left = octets.size();
  for (; left >= kSlices; left -= kSlices, at += kSlices) {
    const std::uint32_t low = word_at(at) ^ sum;
    const std::uint32_t high = word_at(at + 4);
    sum = kTable[7][low & 0xFFU] ^ kTable[6][low >> 8U & 0xFFU] ^ kTable[5][low >> 16U & 0xFFU] ^
          kTable[4][low >> 24U] ^ kTable[3][high & 0xFFU] ^ kTable[2][high >> 8U & 0xFFU] ^
          kTable[1][high >> 16U & 0xFFU] ^ kTable[0][high >> 24U];
  }
  for (; left > 0; --left, ++at)
    sum = (sum >> 8U) ^ kTable[0][(sum ^ static_cast<unsigned char>(*at)) & 0xFFU];
  state_ = sum;
}

namespace {

// Polynomials modulo that of the sum; the highest bit stands for 1, the next for x.
constexpr std::uint32_t kOne = 0x80000000;

std::uint32_t product(std::uint32_t a, std::uint32_t b) noexcept {
  std::uint32_t sum = 0;
  for (std::uint32_t bit = kOne; bit != 0; bit >>= 1U) {
    if ((a & bit) != 0) sum ^= b;
    b = (b >> 1U) ^ ((b & 1U) != 0 ? kPolynomial : 0U);
  }
  return sum;
}

// x to the power of eight times this.
std::uint32_t power_of_octets(std::uint64_t octets) noexcept {
  constexpr std::uint32_t kOctet = kOne >> 8U;
  std::uint32_t result = kOne;
  for (std::uint32_t factor = kOctet; octets != 0; octets >>= 1U) {
    if ((octets & 1U) != 0) result = product(factor, result);
    factor = product(factor, factor);
  }
  return result;
}

}  // namespace

std::uint32_t crc32_joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_octets) noexcept {
  return product(power_of_octets(second_octets), first) ^ second;
}

std::uint32_t crc32_repeated(std::uint32_t once, std::uint64_t octets, std::uint64_t times) noexcept {
  std::uint32_t sum = 0;
  for (; times != 0; times >>= 1U, octets *= 2) {
    if ((times & 1U) != 0) sum = crc32_joined(sum, once, octets);
    once = crc32_joined(once, once, octets);
  }
  return sum;
}

}  // namespace backtalk::session
