// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the threads of a run share. Everything else is each thread's own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

namespace backtalk::engine {

struct RunState {
  /// Of each of this process's connections, an index into the plan's targets. Set before the threads start.
  std::vector<std::uint32_t> targets;
  /// What the clock waits for: the threads that still open their sessions, and the word to begin.
  std::atomic<unsigned> opening{0};
  std::atomic<bool> started{false};        ///< nothing is waited for: the times below are set
  std::uint64_t begins_at = 0;             ///< when the clock starts; before that, the earliest that it may
  std::uint64_t measure_from = 0;          ///< end of the warm-up
  std::uint64_t begin_until = 0;           ///< nothing is begun from here on; the largest value: no limit
  std::atomic<std::uint64_t> numbered{0};  ///< transactions begun, warm-up included
  std::atomic<std::uint64_t> measured{0};  ///< of them measured: against the plan's limit
  std::atomic<std::uint64_t> stop_at{0};   ///< somebody wants the run to end: when; 0: nobody
  std::atomic<std::uint64_t> ready_at{0};  ///< when a session was last seen ready; roughly
  std::atomic<bool> had_session{false};    ///< some session has been ready

  /// A thread has opened its sessions, or the word to begin was given: the last one to say so sets the clock
  /// for all.
  void opened(std::uint64_t now, std::uint64_t warmup_ns, std::uint64_t duration_ns) {
    if (opening.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    begins_at = std::max(begins_at, now);
    measure_from = begins_at + warmup_ns;
    begin_until = duration_ns == 0 ? std::numeric_limits<std::uint64_t>::max() : measure_from + duration_ns;
    started.store(true, std::memory_order_release);
  }

  /// The clock runs, or whoever waits for it need not any more.
  [[nodiscard]] bool begun(std::uint64_t now) const {
    return started.load(std::memory_order_acquire) &&
           (now >= begins_at || stop_at.load(std::memory_order_relaxed) != 0);
  }

  /// Asks for the end at `now`, unless somebody has already.
  void stop(std::uint64_t now) {
    std::uint64_t nobody = 0;
    stop_at.compare_exchange_strong(nobody, now);
  }
};

}  // namespace backtalk::engine
