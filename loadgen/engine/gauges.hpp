// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a run stands while it goes on.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace backtalk::engine {

/// What a thread of the run says of itself now and then. Written by that thread, read by any.
struct ThreadGauges {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> in_flight{0};

  void set(std::uint64_t open, std::uint64_t transactions) {
    connections.store(open, std::memory_order_relaxed);
    in_flight.store(transactions, std::memory_order_relaxed);
  }
};

/// The run as a whole. The first two are at most a tenth of a second old.
struct Gauges {
  std::uint64_t connections = 0;  ///< open
  std::uint64_t in_flight = 0;    ///< transactions, those of the warm-up too
  /// The end of the warm-up on the clock of `net::now_ns`; nullopt: the clock has not started.
  std::optional<std::uint64_t> measure_from;
  std::vector<std::uint64_t> cpu_ns;  ///< that each thread has used so far; 0: it has ended
};

}  // namespace backtalk::engine
