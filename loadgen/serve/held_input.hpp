// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Octets that a client sent and its session has not consumed yet.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace backtalk::serve {

/// Octets in order of arrival, in blocks of exactly their size.
class HeldInput {
 public:
  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  /// The approximate memory use in octets.
  [[nodiscard]] std::size_t cost() const { return cost_; }

  void append(std::string_view octets) {
    if (octets.empty()) return;
    blocks_.emplace_back(octets);
    cost_ += cost_of(blocks_.back());
  }

  /// The oldest contiguous octets; empty if there are none.
  [[nodiscard]] std::string_view front() const {
    return blocks_.empty() ? std::string_view{} : std::string_view(blocks_.front()).substr(front_at_);
  }

  /// Removes the first `count` octets of `front`.
  void remove(std::size_t count) {
    front_at_ += count;
    if (blocks_.empty() || front_at_ < blocks_.front().size()) return;
    cost_ -= cost_of(blocks_.front());
    blocks_.pop_front();
    front_at_ = 0;
  }

  void clear() { *this = {}; }

 private:
  [[nodiscard]] static std::size_t cost_of(const std::string& block) {
    return sizeof(std::string) + block.size();
  }

  std::deque<std::string> blocks_;
  std::size_t front_at_ = 0;  // octets of the first block that are consumed already
  std::size_t cost_ = 0;
};

}  // namespace backtalk::serve
