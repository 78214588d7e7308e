// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many connections may be opened at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace backtalk::engine {

/// Listen queues are short: that of OpenSMTPD holds five connections. An overflow costs a second,
/// since the kernel drops the SYN and the client sends it again, or the whole connection: if the
/// server's kernel has answered with a SYN cookie and then drops the client's ACK, only the client
/// believes that the connection exists, and waits for a greeting that never comes. A run therefore
/// begins with a few concurrent handshakes. Their number grows with each that succeeds, and with
/// time, up to 64; beyond that only as long as handshakes do not slow down, which shows that none
/// of them waits in a queue. A handshake lasts from connecting until the session is ready for its
/// first transaction.
class HandshakeWindow {
 public:
  /// One of the windows of `threads` threads that open connections to the same server.
  explicit HandshakeWindow(unsigned threads = 1) : size_(std::max(kSizeFirst / std::max(threads, 1U), 1U)) {}

  /// How many handshakes may be under way at once.
  [[nodiscard]] unsigned size() const { return size_; }

  /// Enlarges a window that is still small, at intervals.
  void passed(std::uint64_t now) {
    if (size_ >= kSizeMin) return;
    if (now < grows_at_) return;
    if (grows_at_ != 0) size_ = std::min(size_ * 2, kSizeMin);
    grows_at_ = now + kGrowthNs;
  }

  /// When `passed` next enlarges it; the largest value if it does not.
  [[nodiscard]] std::uint64_t grows_at() const { return size_ < kSizeMin ? grows_at_ : kNever; }

  /// Records a handshake that succeeded after `took_ns`. A quick one enlarges the window by 1, so
  /// that a full window of quick handshakes doubles it.
  void succeeded(std::uint64_t took_ns) {
    quickest_ns_ = std::min(quickest_ns_, took_ns);
    const bool quick = took_ns <= quickest_ns_ * 2 + kSlackNs;
    if (quick || size_ < kSizeMin) size_ = std::min(size_ + 1, kSizeMax);
  }

  /// Records a failed handshake, which may be due to a full queue: halves a large window.
  void failed() {
    if (size_ > kSizeMin) size_ = std::max(size_ / 2, kSizeMin);
  }

 private:
  static constexpr unsigned kSizeFirst = 4;
  static constexpr unsigned kSizeMin = 64;  // once it has grown that far
  static constexpr unsigned kSizeMax = 4096;
  static constexpr std::uint64_t kGrowthNs = 20'000'000;
  static constexpr std::uint64_t kSlackNs = 1'000'000;
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  unsigned size_;
  std::uint64_t grows_at_ = 0;
  std::uint64_t quickest_ns_ = std::numeric_limits<std::uint64_t>::max() / 4;
};

}  // namespace backtalk::engine
