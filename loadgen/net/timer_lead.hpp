// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How much earlier than due a timer is set, so that the thread is awake when it is due.
#pragma once

#include <algorithm>
#include <cstdint>

namespace backtalk::net {

/// A timer wakes a thread late, by what it takes to wake its core at least. The lead is what the last ones
/// were late on average; who wakes early looks at the clock for the rest.
class TimerLead {
 public:
  /// `max_ns` bounds the lead, and with it the time that may be spent looking.
  explicit TimerLead(std::uint64_t max_ns) : max_ns_(max_ns) {}

  [[nodiscard]] std::uint64_t ns() const { return std::min(late_ns_, max_ns_); }

  /// A timer ended a wait, so much later than it was set for.
  void rang(std::uint64_t late_ns) {
    // One that was very late, because the core did something else, does not count for more than the bound.
    late_ns_ = (late_ns_ * (kWeight - 1) + std::min(late_ns, 2 * max_ns_)) / kWeight;
  }

 private:
  static constexpr std::uint64_t kWeight = 8;

  std::uint64_t max_ns_;
  std::uint64_t late_ns_ = 0;
};

}  // namespace backtalk::net
