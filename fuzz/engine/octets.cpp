// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/octets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "engine/asan_memory.hpp"

namespace backtalk::fuzz {
namespace {

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
  // In a fuzz program this code is not instrumented, so a view of invalid memory must be detected
  // explicitly.
  if (asan::is_poisoned(octets.data(), octets.size())) {
    std::memmove(memory_.get() + size_, octets.data(),
                 octets.size());  // the sanitizer's own, which reports it
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
