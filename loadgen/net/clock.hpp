// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The clock of all measurements: CLOCK_MONOTONIC, in nanoseconds; and the CPU time of the calling thread.
#pragma once

#include <cstdint>

namespace backtalk::net {

[[nodiscard]] std::uint64_t now_ns();
[[nodiscard]] std::uint64_t thread_cpu_ns();

/// What the calling thread has waited for a core.
struct CoreWaits {
  std::uint64_t waited_ns = 0;  ///< ready to run while its core did something else
  std::uint64_t turns = 0;      ///< how often it was given a core
};

/// From /proc/thread-self/schedstat; zeros if the kernel does not say.
[[nodiscard]] CoreWaits thread_core_waits();

/// The time as a thread last read it: what happens together has one time.
class CachedClock {
 public:
  std::uint64_t refresh() { return now_ = now_ns(); }
  [[nodiscard]] std::uint64_t now() const { return now_; }

 private:
  std::uint64_t now_ = now_ns();
};

}  // namespace backtalk::net
