// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many connections may be opened at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace backtalk::engine {

/// Listen queues are short, and an overflow costs a second: the kernel drops the SYN and the client
/// sends it again. A run therefore begins with 64 concurrent handshakes, and increases their number
/// as long as handshakes do not slow down, which shows that none of them waits in a queue. A
/// handshake lasts from connecting until the session is ready for its first transaction.
class HandshakeWindow {
 public:
  /// How many handshakes may be under way at once.
  [[nodiscard]] unsigned size() const { return size_; }

  /// Records a handshake that succeeded after `took_ns`. A quick one enlarges the window by 1, so
  /// that a full window of quick handshakes doubles it.
  void succeeded(std::uint64_t took_ns) {
    quickest_ns_ = std::min(quickest_ns_, took_ns);
    if (took_ns <= quickest_ns_ * 2 + kSlackNs) size_ = std::min(size_ + 1, kSizeMax);
  }

  /// Records a failed handshake, which may be due to a full queue: halves the window.
  void failed() { size_ = std::max(size_ / 2, kSizeMin); }

 private:
  static constexpr unsigned kSizeMin = 64;
  static constexpr unsigned kSizeMax = 4096;
  static constexpr std::uint64_t kSlackNs = 1'000'000;

  unsigned size_ = kSizeMin;
  std::uint64_t quickest_ns_ = std::numeric_limits<std::uint64_t>::max() / 4;
};

}  // namespace backtalk::engine
