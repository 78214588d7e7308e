// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many answers a batched wait of a closed loop waits for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "engine/arrivals.hpp"

namespace backtalk::engine {

/// An answer is what arrives on one connection in a turn, in however many pieces: a wait of the
/// kernel counts connections, too.
///
/// Waking up costs more than handling an answer. A batched wait therefore waits for as many answers
/// as are expected within half of the limit, but for at most half of the connections, so that the
/// server can work on the other half meanwhile. A worker that does little but wait shows that the
/// server has enough work; it then waits for up to three quarters of the connections. (Measured
/// with one round trip per message and smtp-sink on a core of its own: 8 % less CPU and 4 % more
/// messages. A server as fast as the client would run out of work and take up to 10 % fewer.) The
/// interval between answers is measured over whole turns, in which the worker both waits and works,
/// so that it does not depend on the length of the waits.
///
/// With pipelining, a server still owes answers to connections that it has answered, so it has work
/// while the client waits. A wait is then for as many connections as bring half of the transactions
/// in flight (for all connections at most), or for as many as the whole limit is expected to bring,
/// even if it may run into the limit.
///
/// After a wait that timed out, the next eight turns wait for no more answers than arrived in it.
/// Each further timeout doubles this period, up to 512 turns, until a wait for more answers
/// succeeds. (It begins short because a timeout may also mean that the server lost its core for a
/// few milliseconds, after which answers follow each other as before.)
/// (The ring has one alarm, which is not moved to a later instant. It therefore ends many waits
/// well before the limit, which shows nothing.)
class BatchSize {
 public:
  /// `limit_ns`: the longest that an answer may wait for others; 0 disables batching.
  explicit BatchSize(std::uint64_t limit_ns) : limit_ns_(limit_ns) {}

  /// How many answers the next batched wait waits for, given the numbers of open connections and of
  /// transactions in flight. 1: batching does not apply.
  [[nodiscard]] unsigned wanted(unsigned connections, std::uint64_t in_flight) const {
    if (limit_ns_ == 0 || connections < kConnectionsMin) return 1;
    const std::uint64_t within_limit = limit_ns_ / std::max<std::uint64_t>(gap_ns_, 1);
    if (pipelined()) {
      const std::uint64_t half = in_flight * kWhole / 2 / std::max<std::uint64_t>(ended_, 1);
      const std::uint64_t most = std::clamp<std::uint64_t>(half, connections / 2, connections);
      return static_cast<unsigned>(std::clamp<std::uint64_t>(within_limit, 1, most));
    }
    const std::uint64_t expected = within_limit / kExpectedPart;
    const unsigned most = server_is_the_limit() ? connections - connections / 4 : connections / 2;
    const std::uint64_t filled = lesson_left_ > 0 ? came_ : std::numeric_limits<std::uint64_t>::max();
    return std::max(1U, static_cast<unsigned>(std::min({expected, std::uint64_t{most}, filled})));
  }

  /// Records a turn that ended at `now`, in ns. It spent `waited_ns` in a wait for `wanted`
  /// answers, and `arrived` is what came since the previous turn.
  void turned(std::uint64_t now, std::uint64_t waited_ns, unsigned wanted, const Arrivals& arrived) {
    const std::uint64_t answers = arrived.connections;
    if (arrived.reads > 0) owing_ = average(owing_, kWhole * arrived.owing / arrived.reads);
    if (answers > 0) ended_ = average(ended_, kWhole * arrived.ended / answers);
    // Capped at the limit, so that one long wait does not disable batching for long.
    const std::uint64_t turn = now - last_turn_;
    const std::uint64_t gap = std::min(turn / std::max<std::uint64_t>(answers, 1), limit_ns_);
    if (last_turn_ != 0) {
      gap_ns_ = average(gap_ns_, gap);
      turn_ns_ = average(turn_ns_, std::min(turn, limit_ns_));
      waited_ns_ = average(waited_ns_, turn > limit_ns_ ? share_of_limit(waited_ns, turn) : waited_ns);
    }
    if (lesson_left_ > 0) --lesson_left_;
    // A turn much longer than the limit says something about this machine, not about the server.
    const bool filled = answers >= wanted;
    const bool timed_out = !filled && waited_ns >= limit_ns_ - limit_ns_ / 4;
    if (wanted > 1 && !pipelined() && turn <= limit_ns_ + limit_ns_ / 2 && (filled || timed_out))
      learn(wanted, answers);
    last_turn_ = now;
  }

 private:
  static constexpr unsigned kConnectionsMin = 4;
  static constexpr std::uint64_t kExpectedPart = 2;
  static constexpr std::uint64_t kWeight = 8;
  static constexpr std::uint64_t kWhole = 1024;
  static constexpr std::uint64_t kLessonMin = 8;
  static constexpr std::uint64_t kLessonMax = 512;

  [[nodiscard]] static std::uint64_t average(std::uint64_t before, std::uint64_t now) {
    return (before * (kWeight - 1) + now) / kWeight;
  }

  void learn(unsigned wanted, std::uint64_t answers) {
    if (answers < wanted) {
      came_ = std::max<std::uint64_t>(answers, 1);
      lesson_ = std::clamp(lesson_ * 2, kLessonMin, kLessonMax);
      lesson_left_ = lesson_;
    } else if (wanted > came_) {
      lesson_ = 0;  // more answers arrive now than in the wait that timed out
    }
  }

  // The wait of a turn that is capped at the limit, scaled by the same factor as the turn: a long
  // turn that was mostly work must not count as a wait.
  [[nodiscard]] std::uint64_t share_of_limit(std::uint64_t waited_ns, std::uint64_t turn) const {
    return static_cast<std::uint64_t>(static_cast<double>(limit_ns_) * static_cast<double>(waited_ns) /
                                      static_cast<double>(turn));
  }

  // True if most answers leave others of their connection due.
  [[nodiscard]] bool pipelined() const { return owing_ > kWhole / 2; }

  // True if more than 60 % of the time is spent waiting. The wait includes the delivery of the
  // answers by the kernel, so that even a worker that is always busy waits for a third of the time.
  [[nodiscard]] bool server_is_the_limit() const { return waited_ns_ * 5 > turn_ns_ * 3; }

  std::uint64_t limit_ns_;
  std::uint64_t gap_ns_ = 0;   // moving average of the time between two answers
  std::uint64_t turn_ns_ = 0;  // moving averages of a turn and of its wait
  std::uint64_t waited_ns_ = 0;
  std::uint64_t ended_ = 0;  // moving average of the transactions that an answer ends, in 1024ths
  std::uint64_t owing_ = 0;  // moving average of the share of reads that left answers due, likewise
  std::uint64_t last_turn_ = 0;
  std::uint64_t came_ = 1;         // answers in the last wait that timed out
  std::uint64_t lesson_ = 0;       // how many turns are limited to that number
  std::uint64_t lesson_left_ = 0;  // how many of these turns remain
};

}  // namespace backtalk::engine
