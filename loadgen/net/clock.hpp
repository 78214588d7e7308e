// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The clock of all measurements, CLOCK_MONOTONIC, and the CPU time of the calling thread; both in
/// nanoseconds.
#pragma once

#include <cstdint>

namespace backtalk::net {

[[nodiscard]] std::uint64_t now_ns();
[[nodiscard]] std::uint64_t thread_cpu_ns();

/// How long the calling thread has waited for a core.
struct CoreWaits {
  std::uint64_t waited_ns = 0;  ///< ready to run, but not running
  std::uint64_t turns = 0;      ///< how often it was given a core
};

/// From /proc/thread-self/schedstat; zeros if the kernel does not provide it.
[[nodiscard]] CoreWaits thread_core_waits();

/// The time as its thread last read it, so that events that are handled together have the same
/// time. Not thread safe.
class CachedClock {
 public:
  /// Reads the clock, and returns the time in ns.
  std::uint64_t refresh() { return now_ = now_ns(); }
  /// The time of the last `refresh`, or of the construction, in ns.
  [[nodiscard]] std::uint64_t now() const { return now_; }

 private:
  std::uint64_t now_ = now_ns();
};

}  // namespace backtalk::net
