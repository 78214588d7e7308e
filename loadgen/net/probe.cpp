// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/probe.hpp"

#include <fmt/format.h>
#include <liburing.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include "net/buffer_ring.hpp"
#include "net/ring.hpp"

namespace backtalk::net {
namespace {

constexpr unsigned kDescriptorsBeside = 64;  // standard streams, files, and a few to spare

int read_disabled_switch() {
  std::ifstream file("/proc/sys/kernel/io_uring_disabled");
  int value = -1;
  return file >> value ? value : -1;
}

struct Needed {
  int operation;
  std::string_view name;
};

constexpr std::array kNeeded{Needed{IORING_OP_RECV, "RECV"}, Needed{IORING_OP_SEND, "SEND"},
                             Needed{IORING_OP_CONNECT, "CONNECT"}, Needed{IORING_OP_ACCEPT, "ACCEPT"},
                             Needed{IORING_OP_ASYNC_CANCEL, "ASYNC_CANCEL"}};

std::optional<std::string> check_operations(Ring& ring) {
  const std::unique_ptr<io_uring_probe, void (*)(io_uring_probe*)> found(
      io_uring_get_probe_ring(ring.native()), &io_uring_free_probe);
  if (!found)
    return "io_uring works but its probe is refused, probably by a seccomp filter: allow io_uring_register";
  for (const Needed& needed : kNeeded) {
    if (io_uring_opcode_supported(found.get(), needed.operation) == 0) {
      return fmt::format("this kernel's io_uring lacks the operation {}: Linux 6.1 or newer is needed",
                         needed.name);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string explain_setup_failure(int error) {
  switch (error) {
    case ENOSYS:
      return "this kernel has no io_uring: Linux 6.1 or newer is needed, built with CONFIG_IO_URING";
    case EPERM:
      switch (read_disabled_switch()) {
        case 2: return "io_uring is disabled system-wide; `sysctl kernel.io_uring_disabled=0` enables it";
        case 1:
          return "io_uring is switched off for processes without CAP_SYS_ADMIN: run as root, or "
                 "`sysctl kernel.io_uring_disabled=0`, or join the group of kernel.io_uring_group";
        default:
          return "io_uring is refused, probably by a seccomp filter (containers have one): allow "
                 "io_uring_setup";
      }
    case ENOMEM:
      return "io_uring may not lock enough memory: raise it with `ulimit -l unlimited` (a ring takes about "
             "400 KiB)";
    case EMFILE:
    case ENFILE: return "too many open files to open an io_uring: raise the limit with `ulimit -n 65536`";
    case EINVAL:
      return "this kernel's io_uring is too old (no SINGLE_ISSUER, DEFER_TASKRUN): Linux 6.1 or newer is "
             "needed";
    default: return fmt::format("io_uring cannot be set up: {}", std::strerror(error));
  }
}

std::string explain_enter_failure(int error) {
  return fmt::format("io_uring failed in the middle of the run: {}", std::strerror(error));
}

std::optional<std::string> check_open_files(unsigned connections, unsigned threads) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  const rlim_t wanted = rlim_t{connections} + threads + kDescriptorsBeside;
  if (limit.rlim_cur >= wanted) return std::nullopt;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted) return std::nullopt;
  return fmt::format(
      "{} connections in {} threads need {} open files and this process may open {}: raise it with `ulimit "
      "-n {}`",
      connections, threads, wanted, limit.rlim_cur, wanted);
}

std::optional<std::string> probe(unsigned connections, unsigned threads) {
  if (auto problem = check_open_files(connections, threads)) return problem;
  Ring ring;
  if (auto problem = ring.open(8)) return problem;
  io_uring_prep_nop(ring.entry());
  if (const int result = ring.submit_and_wait(1, 1'000'000'000U); result < 0) {
    return fmt::format(
        "io_uring is set up but io_uring_enter is refused ({}), probably by a seccomp filter: allow it",
        std::strerror(-result));
  }
  if (ring.drain([](const io_uring_cqe&) {}) != 1) {
    return "io_uring is set up but does not answer: a no-op did not come back within a second";
  }
  BufferRing buffers;
  if (const int result = buffers.open(ring, 0, 8, 4096); result < 0) {
    return result == -EINVAL
               ? std::string(
                     "this kernel's io_uring has no provided buffer rings: Linux 6.1 or newer is needed")
               : fmt::format(
                     "io_uring refuses a buffer ring ({}): allow io_uring_register, or raise `ulimit -l`",
                     std::strerror(-result));
  }
  return check_operations(ring);
}

}  // namespace backtalk::net
