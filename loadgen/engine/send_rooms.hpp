// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Room for what sessions send in clear text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace backtalk::engine {

/// A connection has a room only while the kernel sends what is in it, which is rarely longer than
/// one turn of the loop. The room that was given back last is lent next: thousands of connections
/// use the memory of those few that send at the same time, and that is in the cache.
class SendRooms {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// `count`: the most that are lent at the same time. Only rooms that were written to cost memory.
  void open(std::size_t count, std::size_t octets) {
    octets_ = octets;
    storage_ = std::make_unique_for_overwrite<char[]>(count * octets);
    free_.reserve(count);
  }

  /// The room that `take` lends next: for a session that may turn out to have nothing to send.
  [[nodiscard]] std::span<char> next() const { return {storage_.get() + next_room() * octets_, octets_}; }

  [[nodiscard]] std::uint32_t take() {
    const std::uint32_t room = next_room();
    if (free_.empty()) {
      ++used_;
    } else {
      free_.pop_back();
    }
    return room;
  }

  void give_back(std::uint32_t room) { free_.push_back(room); }

  /// How many have been lent at the same time.
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  [[nodiscard]] std::uint32_t next_room() const { return free_.empty() ? used_ : free_.back(); }

  std::size_t octets_ = 0;
  std::unique_ptr<char[]> storage_;
  std::vector<std::uint32_t> free_;  // that have been used
  std::uint32_t used_ = 0;
};

}  // namespace backtalk::engine
