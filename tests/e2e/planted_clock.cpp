// SPDX-License-Identifier: Apache-2.0 OR MIT
// For LD_PRELOAD: two seconds after a program first reads its monotonic clock, the clock is set
// back by 50 ms, once. That of a virtual machine that is moved to another host may do so.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kAfterNs = 2 * kSecondNs;
constexpr std::int64_t kBackNs = kSecondNs / 20;

std::atomic<std::int64_t> first_read_ns = 0;

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const auto status = static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
  if (status != 0 || clock != CLOCK_MONOTONIC) return status;
  std::int64_t now = out->tv_sec * kSecondNs + out->tv_nsec;
  std::int64_t none = 0;
  first_read_ns.compare_exchange_strong(none, now);
  if (now - first_read_ns >= kAfterNs) now -= kBackNs;
  out->tv_sec = now / kSecondNs;
  out->tv_nsec = now % kSecondNs;
  return 0;
}
