#include "uring/ring.hpp"

#include <cerrno>

#include "uring/probe.hpp"

namespace backtalk::uring {
namespace {

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
                 IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL;
  params.cq_entries = entries * 4;
  if (const int result = io_uring_queue_init_params(entries, &ring_, &params); result < 0) {
    return explain_setup_failure(-result);
  }
  open_ = true;
  io_uring_register_ring_fd(&ring_);  // saves a look-up a call; older kernels do without
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
  if (alarm_at_ != 0 && alarm_at_ <= instant_ns) return;
  io_uring_sqe* sqe = entry();
  alarm_time_ = to_timespec(instant_ns);
  if (alarm_at_ == 0) {
    io_uring_prep_timeout(sqe, &alarm_time_, 0, IORING_TIMEOUT_ABS);
    sqe->user_data = kAlarm;
  } else {
    io_uring_prep_timeout_update(sqe, &alarm_time_, kAlarm, IORING_TIMEOUT_ABS);
    sqe->user_data = kAlarmMoved;
  }
  alarm_at_ = instant_ns;
}

int Ring::submit_and_wait(unsigned want, std::uint64_t timeout_ns) {
  int result = 0;
  if (timeout_ns == kNoTimeout) {
    result = io_uring_submit_and_wait(&ring_, want);
  } else {
    io_uring_cqe* cqe = nullptr;
    __kernel_timespec timeout = to_timespec(timeout_ns);
    result = io_uring_submit_and_wait_timeout(&ring_, &cqe, want, &timeout, nullptr);
  }
  return result == -ETIME || result == -EINTR || result >= 0 ? 0 : result;
}

}  // namespace backtalk::uring
