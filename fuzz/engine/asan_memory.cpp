// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/asan_memory.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The sanitizer of the program that this is linked into, which need not be the one it was compiled
// with.
// NOLINTBEGIN(bugprone-reserved-identifier): these are its names
extern "C" {
__attribute__((weak)) void __asan_poison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void* __asan_region_is_poisoned(void* begin, std::size_t size);
__attribute__((weak)) void __asan_get_shadow_mapping(std::size_t* scale, std::size_t* offset);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace backtalk::fuzz::asan {
namespace {

// A byte of the shadow describes a granule: 0 if all of it may be read, n from 1 to 7 if only its
// first n octets may be, negative if none may be.
constexpr std::size_t kGranule = 8;
constexpr unsigned char kPoison = 0xF7;  // poisoned by the program itself
constexpr std::size_t kShort = 512;      // above, a function call costs little beside what it does

// Called through pointers, so that no direct call of a sanitizer's function is in a program without
// it: OSS-Fuzz counts them, and refuses a program that has more than one sanitizer's.
void (*volatile poison_region)(const volatile void*, std::size_t) = __asan_poison_memory_region;
void (*volatile unpoison_region)(const volatile void*, std::size_t) = __asan_unpoison_memory_region;
void* (*volatile first_poisoned)(void*, std::size_t) = __asan_region_is_poisoned;
void (*volatile get_shadow_mapping)(std::size_t*, std::size_t*) = __asan_get_shadow_mapping;

volatile unsigned char* shadow_of(std::size_t offset, std::uintptr_t place) noexcept {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the shadow is found
  return reinterpret_cast<volatile unsigned char*>(place / kGranule + offset);
}

// The shadow has no shadow of its own, so what reads and writes it must not be instrumented.
__attribute__((no_sanitize("address"))) void mark(std::size_t offset, const char* begin, std::size_t size,
                                                  bool poisoned) noexcept {
  volatile unsigned char* shadow = shadow_of(offset, reinterpret_cast<std::uintptr_t>(begin));
  const std::size_t whole = size / kGranule;
  const std::size_t rest = size % kGranule;
  for (std::size_t i = 0; i < whole; ++i) shadow[i] = poisoned ? kPoison : 0;
  if (rest > 0) shadow[whole] = poisoned ? kPoison : static_cast<unsigned char>(rest);
}

__attribute__((no_sanitize("address"))) bool shows_readable(std::size_t offset, const char* begin,
                                                            std::size_t size) noexcept {
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t last = first + size - 1;
  for (std::uintptr_t place = first; place / kGranule < last / kGranule; place += kGranule) {
    if (*shadow_of(offset, place) != 0) return false;
  }
  const auto of_last = static_cast<signed char>(*shadow_of(offset, last));
  return of_last == 0 || of_last > static_cast<signed char>(last % kGranule);
}

bool function_says_readable(const char* begin, std::size_t size) noexcept {
  return first_poisoned(const_cast<char*>(begin), size) == nullptr;
}

// What both ways say of every stretch that begins in the first two granules.
bool agree_on(std::size_t offset, const char* begin, std::size_t size) noexcept {
  for (std::size_t from = 0; from < 2 * kGranule; ++from) {
    for (std::size_t to = from + 1; to <= size; ++to) {
      if (shows_readable(offset, begin + from, to - from) !=
          function_says_readable(begin + from, to - from)) {
        return false;
      }
    }
  }
  return true;
}

// The offset to be used, or 0: the functions alone.
std::size_t direct_offset() noexcept {
  static const std::size_t offset = [] {
    const char* wanted = std::getenv("BACKTALK_FUZZ_SHADOW");
    const std::size_t shadow =
        wanted != nullptr && std::string_view(wanted) == "direct" ? shadow_offset() : 0;
    return shadow_agrees(shadow) ? shadow : 0;
  }();
  return offset;
}

}  // namespace

std::size_t shadow_offset() noexcept {
  std::size_t scale = 0;
  std::size_t offset = 0;
  if (get_shadow_mapping != nullptr) get_shadow_mapping(&scale, &offset);
  return std::size_t{1} << scale == kGranule ? offset : 0;
}

bool shadow_agrees(std::size_t offset) noexcept {
  if (offset == 0 || poison_region == nullptr || unpoison_region == nullptr || first_poisoned == nullptr) {
    return false;
  }
  // In the middle of a block, so that a wrong offset that is off by some granules harms nobody.
  constexpr std::size_t kTried = 5 * kGranule;
  alignas(kGranule) static std::array<char, 64 * kGranule> block;
  char* const begin = block.data() + 32 * kGranule;
  bool agree = true;
  for (std::size_t size = 0; size <= kTried && agree; ++size) {
    // Marked by the functions, and read both ways; then marked directly.
    poison_region(begin, kTried);
    unpoison_region(begin, size);
    agree = agree_on(offset, begin, kTried);
    poison_region(begin, kTried);
    mark(offset, begin, size, false);
    agree = agree && agree_on(offset, begin, kTried);
    agree = agree && (size == 0 || function_says_readable(begin, size));
    mark(offset, begin, size, true);
    agree = agree && (size == 0 || !function_says_readable(begin, 1));
  }
  unpoison_region(block.data(), block.size());
  return agree;
}

bool poison(const char* begin, std::size_t size) noexcept {
  if (poison_region == nullptr) return false;
  const std::size_t offset = size <= kShort ? direct_offset() : 0;
  if (offset != 0) {
    mark(offset, begin, size, true);
  } else {
    poison_region(begin, size);
  }
  return true;
}

bool unpoison(const char* begin, std::size_t size) noexcept {
  if (unpoison_region == nullptr) return false;
  const std::size_t offset = size <= kShort ? direct_offset() : 0;
  if (offset != 0) {
    mark(offset, begin, size, false);
  } else {
    unpoison_region(begin, size);
  }
  return true;
}

bool is_poisoned(const char* begin, std::size_t size) noexcept {
  if (size == 0 || first_poisoned == nullptr) return false;
  const std::size_t offset = size <= kShort ? direct_offset() : 0;
  if (offset != 0 && shows_readable(offset, begin, size)) return false;
  return !function_says_readable(begin, size);
}

}  // namespace backtalk::fuzz::asan
