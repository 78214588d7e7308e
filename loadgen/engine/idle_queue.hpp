// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Open loop: the connections that have room for a transaction, the one that has had room longest
/// first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace backtalk::engine {

/// A FIFO queue of at most `capacity` slots, each in it at most once. Allocates in the constructor
/// only. `pop` requires that the queue is not empty.
class IdleQueue {
 public:
  explicit IdleQueue(std::size_t capacity) : slots_(capacity) {}

  [[nodiscard]] bool empty() const { return count_ == 0; }
  void push(std::uint32_t slot) { slots_[(first_ + count_++) % slots_.size()] = slot; }
  [[nodiscard]] std::uint32_t pop() {
    const std::uint32_t slot = slots_[first_];
    first_ = (first_ + 1) % slots_.size();
    --count_;
    return slot;
  }

 private:
  std::vector<std::uint32_t> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace backtalk::engine
