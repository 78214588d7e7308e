// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How far another machine's clock is ahead of this one's, found by asking it over the network.
#pragma once

#include <cstdint>
#include <limits>

namespace backtalk::ranks {

/// The quickest of the answers decides: whatever the way there and the way back took, the offset is
/// wrong by half of its time at most.
class ClockOffset {
 public:
  /// Asked at `asked`, answered at `answered`, both on this clock; the other showed `shown`.
  void add(std::uint64_t asked, std::uint64_t shown, std::uint64_t answered) {
    const std::uint64_t took = answered - asked;
    if (took / 2 >= error_ns_) return;
    error_ns_ = took / 2;
    ahead_ns_ = shown - (asked + took / 2);
  }
  [[nodiscard]] bool is_known() const { return error_ns_ != std::numeric_limits<std::uint64_t>::max(); }
  [[nodiscard]] std::uint64_t error_ns() const { return is_known() ? error_ns_ : 0; }
  /// The other clock's reading at an instant of this one.
  [[nodiscard]] std::uint64_t there(std::uint64_t here) const { return here + ahead_ns_; }
  [[nodiscard]] std::uint64_t here(std::uint64_t there) const { return there - ahead_ns_; }

 private:
  std::uint64_t ahead_ns_ = 0;  // modulo 2^64: another machine's clock may show anything
  std::uint64_t error_ns_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace backtalk::ranks
