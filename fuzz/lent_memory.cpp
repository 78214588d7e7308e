#include "lent_memory.hpp"

#include <algorithm>
#include <cstring>

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
constexpr std::size_t kGranule = 8;                       // a piece begins where poison can end exactly
constexpr std::size_t kBlockMin = std::size_t{32} << 10;  // the processor's first cache

// Called through pointers, so that no call of a sanitizer's stands in a program without it: OSS-Fuzz counts
// them, and refuses a program that has more than one sanitizer's.
using OnRegion = void (*)(const volatile void*, std::size_t);
OnRegion volatile asan_poison = __asan_poison_memory_region;
OnRegion volatile asan_unpoison = __asan_unpoison_memory_region;
OnRegion volatile msan_poison = __msan_poison;
OnRegion volatile msan_unpoison = __msan_unpoison;

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
}

std::string_view LentMemory::lend(std::string_view piece) {
  const std::size_t needed = (kBeside + piece.size() + kBeside + kGranule) / kGranule * kGranule;
  if (needed > size_) grow(needed);
  if (at_ + needed > size_) at_ = 0;
  lent_ = block_.get() + at_ + kBeside;
  lent_size_ = piece.size();
  at_ += needed - kBeside;
  told(asan_unpoison, lent_, lent_size_);
  if (!piece.empty()) std::memcpy(lent_, piece.data(), piece.size());
  told(msan_unpoison, lent_, lent_size_);
  return {lent_, lent_size_};
}

void LentMemory::take_back() noexcept {
  if (told(asan_poison, lent_, lent_size_)) return;
  std::memset(lent_, 0xDD, lent_size_);
  told(msan_poison, lent_, lent_size_);
}

}  // namespace backtalk::fuzz
