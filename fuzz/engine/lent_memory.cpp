// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/lent_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "backtalk/fuzz/octets.hpp"
#include "engine/asan_shadow.hpp"

// The sanitizers of the program that this is linked into, which need not be those it was compiled with.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): these are their names
extern "C" {
__attribute__((weak)) void __asan_poison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __msan_unpoison(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __msan_poison(const volatile void* begin, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace backtalk::fuzz {
namespace {

constexpr std::size_t kBeside = 16;                       // poisoned octets on either side, at least
constexpr std::size_t kBlockMin = std::size_t{32} << 10;  // the processor's first cache

// Called through pointers for the reason that asan_shadow.hpp has.
using OnRegion = void (*)(const volatile void*, std::size_t);
OnRegion volatile asan_poison = __asan_poison_memory_region;
OnRegion volatile asan_unpoison = __asan_unpoison_memory_region;
OnRegion volatile msan_poison = __msan_poison;
OnRegion volatile msan_unpoison = __msan_unpoison;

// What AddressSanitizer knows of a block that begins here. Null where the program has it not.
volatile unsigned char* shadow_of(const char* block) {
  const std::size_t offset = asan_shadow_offset();
  return offset == 0 ? nullptr : asan_shadow(offset, reinterpret_cast<std::uintptr_t>(block));
}

// False where the program has not that sanitizer.
bool told(OnRegion sanitizer, const char* begin, std::size_t size) {
  if (sanitizer == nullptr) return false;
  sanitizer(begin, size);
  return true;
}

}  // namespace

LentMemory::~LentMemory() {
  release();
}

void LentMemory::release() noexcept {
  if (block_) told(asan_unpoison, block_.get(), size_);
  block_.reset();
}

void LentMemory::grow(std::size_t needed) {
  release();
  size_ = std::max(kBlockMin, 4 * needed);
  at_ = 0;
  block_ = std::make_unique_for_overwrite<char[]>(size_);
  // What a library without a sanitizer reads behind a piece shows if it ends something there.
  std::memset(block_.get(), ' ', size_);
  told(msan_poison, block_.get(), size_);
  told(asan_poison, block_.get(), size_);
  shadow_ = shadow_of(block_.get());
}

// A byte of the shadow is 0 where all of its granule is in bounds, 1 to 7 where so many octets are, and
// kPoison where the program has said that it is out of bounds. AddressSanitizer's functions, which write the
// same, take longer than a parser with an octet. The shadow has no shadow of its own, to be looked at before
// it is written.
__attribute__((no_sanitize("address"))) bool LentMemory::mark_short(Bounds bounds) noexcept {
  constexpr std::size_t kShort = 512;
  constexpr unsigned char kPoison = 0xF7;
  if (shadow_ == nullptr || lent_size_ > kShort) return false;
  volatile unsigned char* mark = shadow_ + static_cast<std::size_t>(lent_ - block_.get()) / kGranule;
  const std::size_t whole = lent_size_ / kGranule;
  const std::size_t rest = lent_size_ % kGranule;
  for (std::size_t i = 0; i < whole; ++i) mark[i] = bounds == Bounds::in ? 0 : kPoison;
  if (rest > 0) mark[whole] = bounds == Bounds::in ? static_cast<unsigned char>(rest) : kPoison;
  return true;
}

std::string_view LentMemory::lend(std::string_view piece) {
  const std::size_t needed = (kBeside + piece.size() + kBeside + kGranule) / kGranule * kGranule;
  if (needed > size_) grow(needed);
  if (at_ + needed > size_) at_ = 0;
  lent_ = block_.get() + at_ + kBeside;
  lent_size_ = piece.size();
  at_ += needed - kBeside;
  if (!mark_short(Bounds::in)) told(asan_unpoison, lent_, lent_size_);
  copy_octets(lent_, piece);
  told(msan_unpoison, lent_, lent_size_);
  return {lent_, lent_size_};
}

void LentMemory::take_back() noexcept {
  if (mark_short(Bounds::out) || told(asan_poison, lent_, lent_size_)) return;
  std::memset(lent_, 0xDD, lent_size_);
  told(msan_poison, lent_, lent_size_);
}

}  // namespace backtalk::fuzz
