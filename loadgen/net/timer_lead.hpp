// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How much earlier than the due time a timer is set, so that the thread is awake in time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace backtalk::net {

/// Timers wake a thread late, at least by the time that its core takes to wake up. The lead is the
/// average delay of recent timers; a thread that wakes early polls the clock until the due time.
class TimerLead {
 public:
  /// `max_ns` bounds the lead, and with it the time that may be spent polling.
  explicit TimerLead(std::uint64_t max_ns) : max_ns_(max_ns) {}

  /// The lead in ns.
  [[nodiscard]] std::uint64_t ns() const { return std::min(late_ns_, max_ns_); }

  /// Records a timer that ended a wait `late_ns` after it was due to ring.
  void rang(std::uint64_t late_ns) {
    // Capped, so that a timer that was very late because the core was busy does not dominate.
    late_ns_ = (late_ns_ * (kWeight - 1) + std::min(late_ns, 2 * max_ns_)) / kWeight;
  }

 private:
  static constexpr std::uint64_t kWeight = 8;

  std::uint64_t max_ns_;
  std::uint64_t late_ns_ = 0;
};

}  // namespace backtalk::net
