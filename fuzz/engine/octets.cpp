// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/octets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "engine/asan_shadow.hpp"

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the sanitizer's names
extern "C" {
__attribute__((weak)) void* __asan_region_is_poisoned(void* begin, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace backtalk::fuzz {
namespace {

// Whether the shadow says that all of a short stretch may be read: a byte of it is 0 where all of its granule
// may be, and else how many of its first octets may be, or negative. Asking the sanitizer takes longer than
// what is copied. The shadow has no shadow of its own.
__attribute__((no_sanitize("address"))) bool seen_in_bounds(const char* octets, std::size_t size) noexcept {
  constexpr std::size_t kShort = 256;
  static const std::size_t offset = asan_shadow_offset();
  if (offset == 0 || size > kShort) return false;
  const auto first = reinterpret_cast<std::uintptr_t>(octets);
  const std::uintptr_t last = first + size - 1;
  const auto mark_of = [](std::uintptr_t place) __attribute__((no_sanitize("address"))) {
    return static_cast<signed char>(*asan_shadow(offset, place));
  };
  for (std::uintptr_t place = first; place / kGranule < last / kGranule; place += kGranule) {
    if (mark_of(place) != 0) return false;
  }
  const signed char mark = mark_of(last);
  return mark == 0 || mark > static_cast<signed char>(last % kGranule);
}

// Nothing here is instrumented where a program fuzzes: whether what a parser hands out is there to be handed
// out has to be asked. False where the program has no AddressSanitizer, too.
bool out_of_bounds(std::string_view octets) noexcept {
  if (octets.empty() || seen_in_bounds(octets.data(), octets.size())) return false;
  void* (*volatile first_poisoned)(void*, std::size_t) = __asan_region_is_poisoned;
  return first_poisoned != nullptr &&
         first_poisoned(const_cast<char*>(octets.data()), octets.size()) != nullptr;
}

// A size that the compiler knows makes no call.
template <class Word>
Word word_at(const char* octets) noexcept {
  Word word{};
  std::memcpy(&word, octets, sizeof word);
  return word;
}

// Copies `size` octets, at least one word and at most two: the second may overlap the first.
template <class Word>
void copy_two(char* to, const char* from, std::size_t size) noexcept {
  const auto first = word_at<Word>(from);
  const auto last = word_at<Word>(from + size - sizeof(Word));
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + size - sizeof last, &last, sizeof last);
}

using Long = std::array<char, 32>;

}  // namespace

void copy_octets(char* to, std::string_view from) noexcept {
  const char* octets = from.data();
  std::size_t left = from.size();
  for (; left > 2 * sizeof(Long); left -= sizeof(Long)) {
    std::memcpy(to, octets, sizeof(Long));
    to += sizeof(Long);
    octets += sizeof(Long);
  }
  if (left >= sizeof(Long)) return copy_two<Long>(to, octets, left);
  if (left >= 16) return copy_two<std::array<char, 16>>(to, octets, left);
  if (left >= 8) return copy_two<std::uint64_t>(to, octets, left);
  if (left >= 4) return copy_two<std::uint32_t>(to, octets, left);
  if (left >= 2) return copy_two<std::uint16_t>(to, octets, left);
  if (left == 1) *to = *octets;
}

bool same_octets(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; a.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
    if (word_at<std::uint64_t>(a.data() + at) != word_at<std::uint64_t>(b.data() + at)) return false;
  }
  for (; at < a.size(); ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

Octets& Octets::operator+=(std::string_view octets) {
  if (octets.size() > capacity_ - size_) reserve(std::max(2 * capacity_, size_ + octets.size()));
  if (out_of_bounds(octets)) {
    std::memmove(memory_.get() + size_, octets.data(), octets.size());  // the sanitizer's, which says so
  }
  copy_octets(memory_.get() + size_, octets);
  size_ += octets.size();
  return *this;
}

Octets& Octets::operator+=(char octet) {
  if (size_ == capacity_) reserve(2 * capacity_ + 1);
  memory_[size_++] = octet;
  return *this;
}

void Octets::reserve(std::size_t octets) {
  if (octets <= capacity_) return;
  auto grown = std::make_unique_for_overwrite<char[]>(octets);
  copy_octets(grown.get(), view());
  memory_ = std::move(grown);
  capacity_ = octets;
}

}  // namespace backtalk::fuzz
