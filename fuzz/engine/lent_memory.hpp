// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Memory in which a parser is lent the pieces of a stream: exact to the octet, and gone when it is taken
/// back.
///
/// Under AddressSanitizer all of the block is poisoned but for the piece that is lent, so that a read one
/// octet before or behind it shows, and so does a view that is kept; no piece costs an allocation. Without it
/// a piece that was taken back is overwritten, and what is made of a view that is kept is wrong.
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
  std::size_t at_ = 0;  // where there is room for the next piece; pieces take turns, so that views that are
                        // kept of one do not point to the next
  char* lent_ = nullptr;
  std::size_t lent_size_ = 0;
};

}  // namespace backtalk::fuzz
