// SPDX-License-Identifier: Apache-2.0 OR MIT
/// CRC-32 as in gzip, PNG and Ethernet (ISO 3309; polynomial 0x04C11DB7, reflected), so that
/// anything can make it: `zlib.crc32` of Python, `crc32` of Perl's Archive::Zip.
///
/// It notices every change within four adjacent octets, and of all others all but one in 2^32.
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::session {

/// Of octets that come in pieces. Allocates nothing.
class Crc32 {
 public:
  void add(std::string_view octets) noexcept;
  /// Of what was added so far; 0 if nothing was.
  [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

 private:
  std::uint32_t state_ = 0xFFFFFFFF;
};

[[nodiscard]] inline std::uint32_t crc32_of(std::string_view octets) noexcept {
  Crc32 sum;
  sum.add(octets);
  return sum.value();
}

/// Of a text that is followed by another one of so many octets, made of those of both.
[[nodiscard]] std::uint32_t crc32_joined(std::uint32_t first, std::uint32_t second,
                                         std::uint64_t second_octets) noexcept;

/// Of a text that is repeated; 0 times: of nothing.
[[nodiscard]] std::uint32_t crc32_repeated(std::uint32_t once, std::uint64_t octets,
                                           std::uint64_t times) noexcept;

}  // namespace backtalk::session
