#include "uring/clock.hpp"

#include <time.h>

#include <cstdio>

namespace backtalk::uring {
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

std::uint64_t thread_run_delay_ns() {
  std::FILE* file = std::fopen("/proc/thread-self/schedstat", "re");
  if (file == nullptr) return 0;
  unsigned long long on_cpu = 0;
  unsigned long long waited = 0;
  const int fields = std::fscanf(file, "%llu %llu", &on_cpu, &waited);
  std::fclose(file);
  return fields == 2 ? waited : 0;
}

}  // namespace backtalk::uring
