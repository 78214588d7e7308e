#include "uring/ring.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>

#include "uring/probe.hpp"

namespace backtalk::uring {
namespace {

// Newer than the headers that are packaged: the wait may end with fewer completions once this much time has
// passed.
constexpr unsigned kFeatMinTimeout = 1U << 15;

struct GetEventsArgument {
  std::uint64_t sigmask = 0;
  std::uint32_t sigmask_size = 8;
  std::uint32_t min_wait_usec = 0;
  std::uint64_t timespec = 0;
};

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
  has_min_wait_ = (params.features & kFeatMinTimeout) != 0;
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

int Ring::submit_and_wait(unsigned want, std::uint64_t batch_ns, std::uint64_t timeout_ns) {
  int result = 0;
  __kernel_timespec timeout = to_timespec(timeout_ns);
  // The kernel holds to the batch's time even where the timeout ends before it.
  if (batch_ns == 0 || want <= 1 || !has_min_wait_ || batch_ns >= timeout_ns) {
    io_uring_cqe* cqe = nullptr;
    if (batch_ns != 0 && want > 1) timeout = to_timespec(std::min(batch_ns, timeout_ns));
    result = io_uring_submit_and_wait_timeout(&ring_, &cqe, std::max(want, 1U), &timeout, nullptr);
  } else {
    // What io_uring_submit_and_wait_timeout does, with the batch's time beside the timeout.
    io_uring_sq& sq = ring_.sq;
    unsigned tail = *sq.ktail;
    const unsigned fresh = sq.sqe_tail - sq.sqe_head;
    for (unsigned i = 0; i < fresh; ++i) sq.array[tail++ & *sq.kring_mask] = sq.sqe_head++ & *sq.kring_mask;
    std::atomic_ref<unsigned>(*sq.ktail).store(tail, std::memory_order_release);
    // With what an earlier call left behind: the kernel takes no more than it is told.
    const unsigned submit = tail - std::atomic_ref<unsigned>(*sq.khead).load(std::memory_order_acquire);
    const GetEventsArgument argument{.min_wait_usec = static_cast<std::uint32_t>(batch_ns / 1000),
                                     .timespec = reinterpret_cast<std::uintptr_t>(&timeout)};
    unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    if (ring_.enter_ring_fd != ring_.ring_fd) flags |= IORING_ENTER_REGISTERED_RING;
    result = static_cast<int>(
        syscall(__NR_io_uring_enter, ring_.enter_ring_fd, submit, want, flags, &argument, sizeof argument));
    if (result < 0) result = -errno;
  }
  return result == -ETIME || result == -EINTR || result >= 0 ? 0 : result;
}

}  // namespace backtalk::uring
