// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A queue in one buffer, for the expectations of parsers that match answers to commands.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"

namespace backtalk::detail {

/// First in, first out. The buffer doubles when it is full, and `clear` keeps it. The owner limits
/// the size.
template <class T>
class RingQueue {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// The oldest element.
  [[nodiscard]] const T& front() const noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(!empty());
    return ring_[first_];
  }

  void push(const T& value) {
    if (count_ == ring_.size()) grow();
    ring_[(first_ + count_) & (ring_.size() - 1)] = value;
    ++count_;
  }

  /// Removes the oldest element.
  void pop() noexcept {
    BACKTALK_EXPECT(!empty());
    first_ = (first_ + 1) & (ring_.size() - 1);
    --count_;
  }

  void clear() noexcept { first_ = count_ = 0; }

 private:
  static constexpr std::size_t kSizeMin = 16;

  // Twice the size, with the front at the beginning.
  void grow() {
    // Not std::ranges::rotate, whose result Clang 14 cannot name with libstdc++.
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(first_), ring_.end());
    first_ = 0;
    ring_.resize(std::max(kSizeMin, 2 * ring_.size()));
  }

  std::vector<T> ring_;  // its size is 0 or a power of two
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace backtalk::detail
