#include "lent_memory.hpp"

#include <algorithm>
#include <cstring>

// The sanitizers of the program that this is linked into, which need not be those it was compiled with.
extern "C" {
__attribute__((weak)) void __asan_poison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __msan_unpoison(const volatile void* begin, std::size_t size);
__attribute__((weak)) void __msan_poison(const volatile void* begin, std::size_t size);
}

namespace backtalk::fuzz {
namespace {

constexpr std::size_t kBeside = 16;           // poisoned octets on either side, at least
constexpr std::size_t kGranule = 8;           // a piece begins where poison can end exactly
constexpr std::size_t kBlockMin = 32 * 1024;  // the processor's first cache

void poison(const char* begin, std::size_t size) {
  if (__asan_poison_memory_region != nullptr) __asan_poison_memory_region(begin, size);
}
void unpoison(const char* begin, std::size_t size) {
  if (__asan_unpoison_memory_region != nullptr) __asan_unpoison_memory_region(begin, size);
}

}  // namespace

LentMemory::~LentMemory() {
  release();
}

void LentMemory::release() noexcept {
  if (block_) unpoison(block_.get(), size_);
  block_.reset();
}

void LentMemory::grow(std::size_t needed) {
  release();
  size_ = std::max(kBlockMin, 4 * needed);
  at_ = 0;
  block_ = std::make_unique_for_overwrite<char[]>(size_);
  poison(block_.get(), size_);
}

std::string_view LentMemory::lend(std::string_view piece) {
  const std::size_t needed = (kBeside + piece.size() + kBeside + kGranule) / kGranule * kGranule;
  if (needed > size_) grow(needed);
  if (at_ + needed > size_) at_ = 0;
  lent_ = block_.get() + at_ + kBeside;
  lent_size_ = piece.size();
  at_ += needed - kBeside;
  unpoison(lent_, lent_size_);
  if (!piece.empty()) std::memcpy(lent_, piece.data(), piece.size());
  if (__msan_unpoison != nullptr) __msan_unpoison(lent_, lent_size_);
  return {lent_, lent_size_};
}

void LentMemory::take_back() noexcept {
  if (__asan_poison_memory_region != nullptr) {
    poison(lent_, lent_size_);
  } else {
    std::memset(lent_, 0xDD, lent_size_);
    if (__msan_poison != nullptr) __msan_poison(lent_, lent_size_);
  }
}

}  // namespace backtalk::fuzz
