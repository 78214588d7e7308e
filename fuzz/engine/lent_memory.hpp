// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Memory that holds a piece of a stream while a parser reads it: exact to the octet, and invalid
/// afterwards.
///
/// Under AddressSanitizer the whole block is poisoned except for the piece that is lent, so that a
/// read one octet before or after it is reported, and so is the use of a view that was kept. No
/// piece costs an allocation. Without AddressSanitizer a piece that was taken back is overwritten,
/// so that a view that was kept gives wrong results.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace backtalk::fuzz {

class LentMemory {
 public:
  LentMemory() = default;
  ~LentMemory();
  LentMemory(const LentMemory&) = delete;
  LentMemory& operator=(const LentMemory&) = delete;

  /// A copy of the piece; valid until `take_back`. One piece is lent at a time.
  [[nodiscard]] std::string_view lend(std::string_view piece);
  void take_back() noexcept;

 private:
  void grow(std::size_t needed);
  void release() noexcept;

  std::unique_ptr<char[]> block_;
  std::size_t size_ = 0;
  // Where the next piece goes. Consecutive pieces are stored at different addresses, so that a view
  // of one that the parser has kept does not point to the next.
  std::size_t at_ = 0;
  char* lent_ = nullptr;
  std::size_t lent_size_ = 0;
};

}  // namespace backtalk::fuzz
