/// One io_uring, set up for one thread: completions are run only when that thread asks for them.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <optional>
#include <string>

namespace backtalk::uring {

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

  /// Submits and waits: until `want` completions are there, or `batch_ns` have passed and there is one, or
  /// `timeout_ns` have passed. One system call. Returns 0 or -errno (-ETIME and -EINTR are no errors: 0).
  int submit_and_wait(unsigned want, std::uint64_t batch_ns, std::uint64_t timeout_ns);

  /// Calls visit(const io_uring_cqe&) for each completion that is there, and returns how many there were.
  template <class Visit>
  unsigned drain(Visit visit) {
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_cqe* cqe = nullptr;
    io_uring_for_each_cqe(&ring_, head, cqe) {
      visit(*cqe);
      ++seen;
    }
    io_uring_cq_advance(&ring_, seen);
    return seen;
  }

  [[nodiscard]] io_uring* native() { return &ring_; }

 private:
  io_uring ring_{};
  bool open_ = false;
  bool has_min_wait_ = false;
};

}  // namespace backtalk::uring
