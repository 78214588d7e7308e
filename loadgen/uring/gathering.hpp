/// How many answers a closed loop waits for at once.
#pragma once

#include <algorithm>
#include <cstdint>

namespace backtalk::uring {

/// Waking up costs more than handling an answer. Where answers follow each other closely, one wait is for as
/// many as are expected within half of the limit, and for three quarters of the connections at most: the
/// server works on the others meanwhile. (Of half of them a thread wakes up oftener for nothing: 8 % more CPU
/// and 4 % fewer messages with one round trip a message. Beyond three quarters the server runs out of work.)
/// How closely they follow is measured over whole turns, in which the worker both waits and works, so that it
/// does not depend on how long the waits are.
class Gathering {
 public:
  /// `limit_ns`: what an answer may have to wait for the others; 0: never gather.
  explicit Gathering(std::uint64_t limit_ns) : limit_ns_(limit_ns) {}

  /// How many answers the next wait is for, of that many connections; 1: it does not gather.
  [[nodiscard]] unsigned wanted(unsigned connections) const {
    if (limit_ns_ == 0 || connections < kConnectionsMin) return 1;
    const std::uint64_t expected = limit_ns_ / kExpectedPart / std::max<std::uint64_t>(gap_ns_, 1);
    return std::max(1U,
                    static_cast<unsigned>(std::min<std::uint64_t>(expected, connections - connections / 4)));
  }

  /// A turn ended at `now`, with `answers` since the last one.
  void turned(std::uint64_t now, std::uint64_t answers) {
    // No larger than the limit, so that one long wait does not rule gathering out for long.
    const std::uint64_t gap = std::min((now - last_turn_) / std::max<std::uint64_t>(answers, 1), limit_ns_);
    if (last_turn_ != 0) gap_ns_ = (gap_ns_ * (kWeight - 1) + gap) / kWeight;
    last_turn_ = now;
  }

 private:
  static constexpr unsigned kConnectionsMin = 4;
  static constexpr std::uint64_t kExpectedPart = 2;
  static constexpr std::uint64_t kWeight = 8;

  std::uint64_t limit_ns_;
  std::uint64_t gap_ns_ = 0;  // between two answers, a moving average
  std::uint64_t last_turn_ = 0;
};

}  // namespace backtalk::uring
