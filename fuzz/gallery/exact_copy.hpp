// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A copy in memory of exactly its size, so that AddressSanitizer reports reads outside it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) (static_cast<void>(address), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) (static_cast<void>(address), static_cast<void>(size))
#endif

namespace backtalk::gallery {

class ExactCopy {
 public:
  explicit ExactCopy(std::string_view bytes)
      : block_(new char[kBeside + bytes.size() + kBeside]), size_(bytes.size()) {
    std::ranges::copy(bytes, block_.get() + kBeside);
    ASAN_POISON_MEMORY_REGION(block_.get(), kBeside);
    ASAN_POISON_MEMORY_REGION(data() + size_, kBeside);
  }
  ~ExactCopy() { ASAN_UNPOISON_MEMORY_REGION(block_.get(), kBeside + size_ + kBeside); }
  ExactCopy(const ExactCopy&) = delete;
  ExactCopy& operator=(const ExactCopy&) = delete;

  [[nodiscard]] const char* data() const { return block_.get() + kBeside; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kBeside = 16;  // the allocator would give an empty block one octet

  std::unique_ptr<char[]> block_;
  std::size_t size_;
};

}  // namespace backtalk::gallery
