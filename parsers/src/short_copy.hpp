// SPDX-License-Identifier: Apache-2.0 OR MIT
// Copying a few bytes without the call that memcpy is if their number is not known.
#pragma once

#include <cstddef>
#include <cstring>

namespace backtalk {

inline constexpr std::size_t kShortCopyMax = 64;

// Copies p[0, n) for size <= n <= 2 * size, in two parts that overlap.
template <std::size_t size>
inline void copy_ends(const void* p, std::size_t n, void* to) {
  const char* const last = static_cast<const char*>(p) + (n - size);
  std::memcpy(to, p, size);
  std::memcpy(static_cast<char*>(to) + (n - size), last, size);
}

// Copies p[0, n), where n is at most kShortCopyMax, to where it does not overlap.
inline void copy_short(const void* p, std::size_t n, void* to) {
  if (n >= 32) return copy_ends<32>(p, n, to);
  if (n >= 16) return copy_ends<16>(p, n, to);
  if (n >= 8) return copy_ends<8>(p, n, to);
  if (n >= 4) return copy_ends<4>(p, n, to);
  if (n >= 2) return copy_ends<2>(p, n, to);
  if (n == 1) std::memcpy(to, p, 1);
}

}  // namespace backtalk
