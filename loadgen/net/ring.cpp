// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/ring.hpp"

#include <algorithm>
#include <cerrno>

#include "net/clock.hpp"
#include "net/probe.hpp"

namespace backtalk::net {
namespace {

// An alarm ends a wait for several completions only if it rings during the wait; an alarm that rang
// before it is a completion like any other. Alarms are therefore set at least a little ahead. The
// thread may lose its core between setting an alarm and waiting, so a guard timer ends the wait if
// an alarm is missed.
constexpr std::uint64_t kAheadMin = 20'000;
constexpr std::uint64_t kGuardAhead = 100'000'000;
constexpr std::uint64_t kGuardAheadMin = 50'000'000;

__kernel_timespec to_timespec(std::uint64_t ns) {
  return {.tv_sec = static_cast<long long>(ns / 1'000'000'000U),
          .tv_nsec = static_cast<long long>(ns % 1'000'000'000U)};
}

}  // namespace

Ring::~Ring() {
  if (open_) io_uring_queue_exit(&ring_);
}

std::optional<std::string> Ring::open(unsigned entries) {
  io_uring_params params{};
  params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_COOP_TASKRUN |
                 IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP |
                 IORING_SETUP_SUBMIT_ALL;
  params.cq_entries = entries * 4;
  if (const int result = io_uring_queue_init_params(entries, &ring_, &params); result < 0) {
    return explain_setup_failure(-result);
  }
  open_ = true;
  io_uring_register_ring_fd(&ring_);  // saves a look-up per call; works without it on older kernels
  return std::nullopt;
}

io_uring_sqe* Ring::entry() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  while (sqe == nullptr) {
    io_uring_submit(&ring_);
    sqe = io_uring_get_sqe(&ring_);
  }
  return sqe;
}

void Ring::wake_at(std::uint64_t instant_ns) {
  const std::uint64_t now = now_ns();
  const bool standing = alarm_at_ > now;
  if (standing && alarm_at_ <= instant_ns) return;
  alarm_at_ = std::max(instant_ns, now + kAheadMin);
  io_uring_sqe* sqe = entry();
  alarm_time_ = to_timespec(alarm_at_);
  if (standing) {
    io_uring_prep_timeout_update(sqe, &alarm_time_, kAlarm, IORING_TIMEOUT_ABS);
    sqe->user_data = kAlarmMoved;
  } else {
    io_uring_prep_timeout(sqe, &alarm_time_, 0, IORING_TIMEOUT_ABS);
    sqe->user_data = kAlarm;
  }
}

void Ring::arm_guard() {
  const std::uint64_t now = now_ns();
  if (guard_at_ > now + kGuardAheadMin) return;
  io_uring_sqe* sqe = entry();
  guard_at_ = now + kGuardAhead;
  guard_time_ = to_timespec(guard_at_);
  io_uring_prep_timeout(sqe, &guard_time_, 0, IORING_TIMEOUT_ABS);
  sqe->user_data = kGuard;
}

int Ring::submit_and_wait(unsigned want, std::uint64_t timeout_ns) {
  int result = 0;
  if (timeout_ns == kNoTimeout) {
    if (want > 1) arm_guard();
    result = io_uring_submit_and_wait(&ring_, want);
  } else {
    io_uring_cqe* cqe = nullptr;
    __kernel_timespec timeout = to_timespec(timeout_ns);
    result = io_uring_submit_and_wait_timeout(&ring_, &cqe, want, &timeout, nullptr);
  }
  switch (-result) {
    case ETIME:
    case EINTR:
    case EAGAIN:  // temporarily out of memory
    case EBUSY:   // completions must be handled first
      return 0;
    default: return result < 0 ? result : 0;
  }
}

}  // namespace backtalk::net
