// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How long a run whose load has ended waits for its messages.
#pragma once

#include <algorithm>
#include <cstdint>

namespace backtalk::load {

/// It waits for the patience at most; and once every message was seen, for a moment in which
/// copies of them may come. Where mailboxes are polled, a last look follows.
class DeliveryWait {
 public:
  /// For copies, at most. Times are nanoseconds, as everywhere here.
  static constexpr std::uint64_t kCopiesNs = 1'000'000'000;

  struct Limits {
    std::uint64_t patience_ns = 0;
    std::uint64_t look_ns = 0;  ///< how long a last look may keep the run waiting
  };
  explicit DeliveryWait(const Limits& limits) noexcept : limits_(limits) {}

  /// `awaited`: messages that were not seen yet. Once true, it stays so.
  [[nodiscard]] bool is_over(std::uint64_t now, std::uint64_t awaited) noexcept {
    if (over_since_ != 0) return true;
    if (since_ == 0) since_ = now;
    if (awaited > 0) {
      all_seen_ = 0;
    } else if (all_seen_ == 0) {
      all_seen_ = now;
    }
    const bool no_copies = awaited == 0 && now - all_seen_ >= std::min(kCopiesNs, limits_.patience_ns);
    if (no_copies || now - since_ >= limits_.patience_ns) over_since_ = now;
    return over_since_ != 0;
  }
  /// When it was over: a look from here on is the last.
  [[nodiscard]] std::uint64_t over_since() const noexcept { return over_since_; }
  /// It has been over for as long as a look may take.
  [[nodiscard]] bool has_waited_for_look(std::uint64_t now) const noexcept {
    return over_since_ != 0 && now - over_since_ >= limits_.look_ns;
  }

 private:
  Limits limits_;
  std::uint64_t since_ = 0;       // the load has ended; 0: not yet
  std::uint64_t all_seen_ = 0;    // 0: not so
  std::uint64_t over_since_ = 0;  // 0: not over
};

}  // namespace backtalk::load
