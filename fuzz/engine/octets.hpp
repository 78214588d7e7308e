// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Octets that are copied and compared without calling a sanitizer.
///
/// Under a sanitizer, memcpy and memcmp check their memory first, which takes longer than copying
/// most parts of a report. memcmp also shows its operands to the engine, which must not treat
/// reports as input. Octets that are appended are checked nevertheless, so that a parser's view of
/// invalid memory is detected.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace backtalk::fuzz {

void copy_octets(char* to, std::string_view from) noexcept;
[[nodiscard]] bool same_octets(std::string_view a, std::string_view b) noexcept;

/// Octets one after the other, in memory that grows and is kept.
class Octets {
 public:
  Octets() = default;
  Octets(const Octets& other) { *this += other.view(); }
  Octets(Octets&& other) noexcept { swap(other); }
  Octets& operator=(Octets other) noexcept {
    swap(other);
    return *this;
  }
  ~Octets() = default;

  void swap(Octets& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  Octets& operator+=(std::string_view octets);
  Octets& operator+=(char octet);

  void clear() noexcept { size_ = 0; }
  void reserve(std::size_t octets);

  [[nodiscard]] std::string_view view() const noexcept { return {memory_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// `view().data() + place`, to be changed.
  [[nodiscard]] char* at(std::size_t place) noexcept { return memory_.get() + place; }

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace backtalk::fuzz
