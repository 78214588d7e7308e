// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "instruction_counter.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace backtalk::bench {
namespace {

int open_counter() {
  perf_event_attr wanted{};
  wanted.size = sizeof wanted;
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
  wanted.disabled = 1;
  wanted.exclude_kernel = 1;
  wanted.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

}  // namespace

InstructionCounter::InstructionCounter() : file_(open_counter()) {}

InstructionCounter::~InstructionCounter() {
  if (file_ >= 0) close(file_);
}

void InstructionCounter::start() const {
  if (file_ < 0) return;
  ioctl(file_, PERF_EVENT_IOC_RESET, 0);
  ioctl(file_, PERF_EVENT_IOC_ENABLE, 0);
}

void InstructionCounter::stop(benchmark::State& state, std::size_t units) const {
  if (file_ < 0) return;
  ioctl(file_, PERF_EVENT_IOC_DISABLE, 0);
  std::uint64_t count = 0;
  if (::read(file_, &count, sizeof count) != sizeof count) return;
  state.counters["instructions"] =
      static_cast<double>(count) / static_cast<double>(state.iterations()) / static_cast<double>(units);
}

std::string InstructionCounter::why_not() {
  const int file = open_counter();
  if (file >= 0) {
    close(file);
    return {};
  }
  const int error = errno;
  if (error == ENOENT || error == EOPNOTSUPP) {
    return "this machine has no hardware counters (usual for virtual machines); ./run bench instructions "
           "counts under callgrind";
  }
  if (error == EACCES || error == EPERM) {
    return "the kernel forbids counting; set /proc/sys/kernel/perf_event_paranoid to 2 or less";
  }
  return std::string("perf_event_open failed: ") + std::strerror(error);
}

}  // namespace backtalk::bench
