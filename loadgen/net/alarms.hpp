// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When each of many connections wants to be woken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace backtalk::net {

/// At most one alarm per slot, ordered by time: a binary heap that knows the position of each slot.
/// Its memory depends on the largest slot, not on how many alarms were set and cleared.
class Alarms {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  /// How many slots have an alarm.
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// When the earliest is due; kNever if there is none.
  [[nodiscard]] std::uint64_t next() const { return heap_.empty() ? kNever : heap_.front().due; }

  /// Sets the slot's alarm, replacing an earlier one; kNever clears it.
  void set(std::uint32_t slot, std::uint64_t due);

  /// Clears the earliest alarm if it is due at `now`, and returns its slot; null if none is due.
  [[nodiscard]] std::optional<std::uint32_t> pop_due(std::uint64_t now);

 private:
  struct Alarm {
    std::uint64_t due;
    std::uint32_t slot;
  };

  void put(std::size_t place, const Alarm& alarm);
  void settle(std::size_t place, const Alarm& alarm);

  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

  std::vector<Alarm> heap_;
  std::vector<std::size_t> places_;  // position of each slot in heap_
};

}  // namespace backtalk::net
