// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where AddressSanitizer keeps what it knows of memory: a byte for each granule.
#pragma once

#include <cstddef>
#include <cstdint>

// The sanitizer of the program that this is linked into, which need not be the one it was compiled with.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): this is its name
extern "C" __attribute__((weak)) void __asan_get_shadow_mapping(std::size_t* scale, std::size_t* offset);
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace backtalk::fuzz {

inline constexpr std::size_t kGranule = 8;

/// Where the shadow begins; 0 where the program has none of such granules. Called through a pointer, so that
/// no call of a sanitizer's stands in a program without it: OSS-Fuzz counts them, and refuses a program that
/// has more than one sanitizer's.
inline std::size_t asan_shadow_offset() noexcept {
  void (*volatile get)(std::size_t*, std::size_t*) = __asan_get_shadow_mapping;
  std::size_t scale = 0;
  std::size_t offset = 0;
  if (get != nullptr) get(&scale, &offset);
  return std::size_t{1} << scale == kGranule ? offset : 0;
}

/// The byte that is about the granule of `place`.
inline volatile unsigned char* asan_shadow(std::size_t offset, std::uintptr_t place) noexcept {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the shadow is found
  return reinterpret_cast<volatile unsigned char*>(place / kGranule + offset);
}

}  // namespace backtalk::fuzz
