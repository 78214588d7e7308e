// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One io_uring, set up for one thread: completions are run only when that thread asks for them.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <optional>
#include <string>

namespace backtalk::net {

/// What a completion is about, in the 64 bits that the kernel hands back. A slot is used again only when none
/// of its operations is with the kernel, so a completion is always about the connection that stands there.
struct Tag {
  std::uint8_t operation = 0;
  std::uint32_t slot = 0;

  [[nodiscard]] std::uint64_t pack() const { return (std::uint64_t{operation} << 32) | slot; }
  [[nodiscard]] static Tag unpack(std::uint64_t packed) {
    return {static_cast<std::uint8_t>(packed >> 32), static_cast<std::uint32_t>(packed)};
  }
};

/// Used by the thread that called `open`, and by no other.
class Ring {
 public:
  Ring() = default;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Sets the ring up. The text says what is wrong and what to do about it; nothing where all is well.
  [[nodiscard]] std::optional<std::string> open(unsigned entries);

  /// An empty submission entry; submits first where the queue is full.
  [[nodiscard]] io_uring_sqe* entry();

  /// Submits what is queued and does not wait. Sends that the socket has room for are done when it returns.
  void submit() { io_uring_submit(&ring_); }

  /// Submits and waits: until `want` completions are there, or the alarm rings, or `timeout_ns` have passed.
  /// One system call. Returns 0 or -errno; what is over with the next call is no error: 0.
  ///
  /// A wait with a timeout sets a timer of the processor's and takes it away again. On a virtual machine that
  /// is dearer than the system call: who waits often calls `wake_at` instead.
  int submit_and_wait(unsigned want, std::uint64_t timeout_ns = kNoTimeout);
  static constexpr std::uint64_t kNoTimeout = UINT64_MAX;

  /// Lets completions that the kernel has not told yet come in. A system call only where there are such.
  void poll() {
    if ((IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_TASKRUN) != 0) io_uring_get_events(&ring_);
  }

  /// Ends a wait at `instant_ns` of the monotonic clock. One alarm is kept: an earlier instant moves it, a
  /// later one leaves it alone, so that it may ring early.
  void wake_at(std::uint64_t instant_ns);

  /// Calls visit(const io_uring_cqe&) for each completion that is there but the alarm's. How many there were.
  template <class Visit>
  unsigned drain(Visit visit) {
    unsigned head = 0;
    unsigned seen = 0;
    unsigned visited = 0;
    io_uring_cqe* cqe = nullptr;
    io_uring_for_each_cqe(&ring_, head, cqe) {
      ++seen;
      if (cqe->user_data < kGuard) {
        visit(*cqe);
        ++visited;
      }
    }
    io_uring_cq_advance(&ring_, seen);
    return visited;
  }

  [[nodiscard]] io_uring* native() { return &ring_; }

 private:
  void keep_guard();

  static constexpr std::uint64_t kAlarm = UINT64_MAX;  // no Tag packs to these
  static constexpr std::uint64_t kAlarmMoved = UINT64_MAX - 1;
  static constexpr std::uint64_t kGuard = UINT64_MAX - 2;

  io_uring ring_{};
  __kernel_timespec alarm_time_{};  // read by the kernel when it is submitted
  std::uint64_t alarm_at_ = 0;      // when it rings, or rang
  __kernel_timespec guard_time_{};  // likewise
  std::uint64_t guard_at_ = 0;      // likewise
  bool open_ = false;
};

}  // namespace backtalk::net
