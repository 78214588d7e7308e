/// What the threads of a run share. Everything else is each thread's own.
#pragma once

#include <atomic>
#include <cstdint>

namespace backtalk::uring {

struct RunState {
  std::uint64_t measure_from = 0;          ///< end of the warm-up
  std::uint64_t begin_until = 0;           ///< nothing is begun from here on; the largest value: no limit
  std::atomic<std::uint64_t> numbered{0};  ///< transactions begun, warm-up included
  std::atomic<std::uint64_t> measured{0};  ///< of them measured: against the plan's limit
  std::atomic<std::uint64_t> stop_at{0};   ///< somebody wants the run to end: when; 0: nobody
  std::atomic<std::uint64_t> ready_at{0};  ///< when a session was last seen ready; roughly
  std::atomic<bool> had_session{false};    ///< some session has been ready

  /// Asks for the end at `now`, where nobody has.
  void stop(std::uint64_t now) {
    std::uint64_t nobody = 0;
    stop_at.compare_exchange_strong(nobody, now);
  }
};

}  // namespace backtalk::uring
