// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/clock.hpp"

#include <ctime>
#include <fstream>

namespace backtalk::net {
namespace {

std::uint64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t now_ns() {
  return read_clock(CLOCK_MONOTONIC);
}
std::uint64_t thread_cpu_ns() {
  return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

CoreWaits thread_core_waits() {
  std::ifstream file("/proc/thread-self/schedstat");
  std::uint64_t on_cpu_ns = 0;
  CoreWaits waits;
  if (!(file >> on_cpu_ns >> waits.waited_ns >> waits.turns)) return {};
  return waits;
}

}  // namespace backtalk::net
