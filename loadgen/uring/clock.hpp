/// The clock of all measurements: CLOCK_MONOTONIC, in nanoseconds; and the CPU time of the calling thread.
#pragma once

#include <cstdint>

namespace backtalk::uring {

[[nodiscard]] std::uint64_t now_ns();
[[nodiscard]] std::uint64_t thread_cpu_ns();

/// How long the calling thread has stood ready to run while its core did something else; 0 where the kernel
/// does not say (/proc/thread-self/schedstat).
[[nodiscard]] std::uint64_t thread_run_delay_ns();

/// The time as a thread last read it: what happens together has one time.
class Watch {
 public:
  std::uint64_t look() { return now_ = now_ns(); }
  [[nodiscard]] std::uint64_t now() const { return now_; }

 private:
  std::uint64_t now_ = now_ns();
};

}  // namespace backtalk::uring
