// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace backtalk::cli {
namespace {

constexpr int kExitInterrupted = 130;
std::atomic<int> count{0};
static_assert(std::atomic<int>::is_always_lock_free, "it is written by a signal handler");

extern "C" void on_interrupt(int) {
  if (count.fetch_add(1, std::memory_order_relaxed) > 0) _exit(kExitInterrupted);
}

void set_handler(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
  set_handler(&on_interrupt);
}

void restore_interrupts() {
  set_handler(SIG_DFL);
}

int interrupts() {
  return count.load(std::memory_order_relaxed);
}

}  // namespace backtalk::cli
