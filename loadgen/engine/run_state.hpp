// SPDX-License-Identifier: Apache-2.0 OR MIT
/// State shared by the threads of a run. Everything else belongs to one thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/first_failure.hpp"

namespace backtalk::engine {

struct RunState {
  /// The target of each of this process's connections, as an index into the plan's targets. Set
  /// before the threads start.
  std::vector<std::uint32_t> targets;
  /// What the clock waits for: the number of threads that are still opening their sessions, plus 1
  /// until `ClientRun::begin` is called.
  std::atomic<unsigned> opening{0};
  /// Nothing is waited for any more: the times below are set.
  std::atomic<bool> started{false};
  /// When the clock starts; until `started`, the earliest instant at which it may.
  std::uint64_t begins_at = 0;
  /// The end of the warm-up.
  std::uint64_t measure_from = 0;
  /// No transaction begins from here on; the largest value: no limit.
  std::uint64_t begin_until = 0;
  /// When the first thread saw that the clock had started; the largest value: none has.
  std::atomic<std::uint64_t> seen_at{std::numeric_limits<std::uint64_t>::max()};
  std::atomic<std::uint64_t> numbered{0};  ///< transactions begun, warm-up included
  std::atomic<std::uint64_t> measured{0};  ///< measured ones, compared with the plan's limit
  std::atomic<std::uint64_t> stop_at{0};   ///< when the run was asked to end; 0: it was not
  std::atomic<std::uint64_t> ready_at{0};  ///< when a session was last seen ready; approximate
  std::atomic<bool> had_session{false};    ///< some session has been ready
  FirstFailure failure;                    ///< while there was none

  /// A thread has opened its sessions, or `ClientRun::begin` was called. The last caller sets the
  /// clock for all.
  void opened(std::uint64_t now, std::uint64_t warmup_ns, std::uint64_t duration_ns) {
    if (opening.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    begins_at = std::max(begins_at, now);
    measure_from = begins_at + warmup_ns;
    begin_until = duration_ns == 0 ? std::numeric_limits<std::uint64_t>::max() : measure_from + duration_ns;
    started.store(true, std::memory_order_release);
  }

  /// True once `started`, and the clock has started or the run was asked to end.
  [[nodiscard]] bool begun(std::uint64_t now) const {
    return started.load(std::memory_order_acquire) &&
           (now >= begins_at || stop_at.load(std::memory_order_relaxed) != 0);
  }

  /// A thread has seen, at `now`, that the clock had started.
  void saw_start(std::uint64_t now) {
    std::uint64_t first = seen_at.load(std::memory_order_relaxed);
    while (now < first && !seen_at.compare_exchange_weak(first, now, std::memory_order_relaxed)) {
    }
  }

  /// Asks the run to end at `now`, unless it was asked before.
  void stop(std::uint64_t now) {
    std::uint64_t not_asked = 0;
    stop_at.compare_exchange_strong(not_asked, now);
  }
};

}  // namespace backtalk::engine
