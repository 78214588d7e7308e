// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One io_uring, set up for one thread: completions are processed only when that thread asks for
/// them.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <optional>
#include <string>

namespace backtalk::net {

/// Identifies a completion, in the 64 bits that the kernel passes back. A slot is reused only when
/// the kernel holds none of its operations, so that a completion always belongs to the current
/// connection of its slot.
struct Tag {
  std::uint8_t operation = 0;
  std::uint32_t slot = 0;

  [[nodiscard]] std::uint64_t pack() const { return (std::uint64_t{operation} << 32) | slot; }
  [[nodiscard]] static Tag unpack(std::uint64_t packed) {
    return {static_cast<std::uint8_t>(packed >> 32), static_cast<std::uint32_t>(packed)};
  }
};

/// Used only by the thread that called `open`.
class Ring {
 public:
  Ring() = default;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Sets the ring up with `entries` submission entries. Returns null on success; otherwise a
  /// sentence for the user that says what is wrong and what to do about it.
  [[nodiscard]] std::optional<std::string> open(unsigned entries);

  /// An empty submission entry. Submits first if the queue is full.
  [[nodiscard]] io_uring_sqe* entry();

  /// Submits what is queued, without waiting. Sends that fit into the socket buffer are complete
  /// when it returns.
  void submit() { io_uring_submit(&ring_); }

  /// Submits and waits until `want` completions have arrived, the alarm rings, or `timeout_ns` has
  /// passed. One system call. Returns 0 or -errno; transient errors (EINTR, EAGAIN, EBUSY, ETIME)
  /// are returned as 0.
  ///
  /// A wait with a timeout sets and clears a hardware timer. On a virtual machine that costs more
  /// than the system call; hot loops should use `wake_at` instead.
  int submit_and_wait(unsigned want, std::uint64_t timeout_ns = kNoTimeout);
  static constexpr std::uint64_t kNoTimeout = UINT64_MAX;

  /// Collects completions that the kernel has not delivered yet. Makes a system call only if there
  /// are any.
  void poll() {
    if ((IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_TASKRUN) != 0) io_uring_get_events(&ring_);
  }

  /// Ends a wait at `instant_ns` of the monotonic clock. There is one alarm: an earlier instant
  /// moves it, a later one does not, so that the alarm may ring early.
  void wake_at(std::uint64_t instant_ns);

  /// Calls visit(const io_uring_cqe&) for each completion that has arrived, except the alarm's and
  /// the guard's. Returns how many it visited.
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
  void arm_guard();

  static constexpr std::uint64_t kAlarm = UINT64_MAX;  // no Tag packs to these values
  static constexpr std::uint64_t kAlarmMoved = UINT64_MAX - 1;
  static constexpr std::uint64_t kGuard = UINT64_MAX - 2;

  io_uring ring_{};
  __kernel_timespec alarm_time_{};  // the kernel reads it on submission
  std::uint64_t alarm_at_ = 0;      // when it rings, or rang
  __kernel_timespec guard_time_{};  // likewise
  std::uint64_t guard_at_ = 0;      // likewise
  bool open_ = false;
};

}  // namespace backtalk::net
