// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/lent_memory.hpp"

#include <algorithm>
#include <cstring>

#include "backtalk/fuzz/octets.hpp"
#include "engine/asan_memory.hpp"

// The sanitizers of the program that this is linked into, which need not be those it was compiled
// with.
// NOLINTBEGIN(bugprone-reserved-identifier): these are their names
extern "C" {
__attribute__((weak)) void __msan_unpoison(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __msan_poison(const volatile void* begin, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace backtalk::fuzz {
namespace {

// AddressSanitizer marks memory in units of this size.
constexpr std::size_t kGranule = 8;
// The minimum of poisoned octets on either side of a piece.
constexpr std::size_t kBeside = 16;
// The size of a typical L1 data cache.
constexpr std::size_t kBlockMin = std::size_t{32} << 10;

// Called through pointers for the reason that asan_memory.cpp has.
using OnRegion = void (*)(const volatile void*, std::size_t);
OnRegion volatile msan_poison = __msan_poison;
OnRegion volatile msan_unpoison = __msan_unpoison;

void tell(OnRegion sanitizer, const char* begin, std::size_t size) {
  if (sanitizer != nullptr) sanitizer(begin, size);
}

}  // namespace

LentMemory::~LentMemory() {
  release();
}

void LentMemory::release() noexcept {
  if (block_) asan::unpoison(block_.get(), size_);
  block_.reset();
}

void LentMemory::grow(std::size_t needed) {
  release();
  size_ = std::max(kBlockMin, 4 * needed);
  at_ = 0;
  block_ = std::make_unique_for_overwrite<char[]>(size_);
  // What a library without a sanitizer reads behind a piece shows if it ends something there.
  std::memset(block_.get(), ' ', size_);
  tell(msan_poison, block_.get(), size_);
  asan::poison(block_.get(), size_);
}

std::string_view LentMemory::lend(std::string_view piece) {
  const std::size_t needed = (kBeside + piece.size() + kBeside + kGranule) / kGranule * kGranule;
  if (needed > size_) grow(needed);
  if (at_ + needed > size_) at_ = 0;
  lent_ = block_.get() + at_ + kBeside;
  lent_size_ = piece.size();
  at_ += needed - kBeside;
  asan::unpoison(lent_, lent_size_);
  copy_octets(lent_, piece);
  tell(msan_unpoison, lent_, lent_size_);
  return {lent_, lent_size_};
}

void LentMemory::take_back() noexcept {
  if (asan::poison(lent_, lent_size_)) return;
  std::memset(lent_, 0xDD, lent_size_);
  tell(msan_poison, lent_, lent_size_);
}

}  // namespace backtalk::fuzz
