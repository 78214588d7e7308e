// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/interrupt.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace backtalk::cli {
namespace {

constexpr int kExitInterrupted = 130;
std::atomic<int> count{0};
static_assert(std::atomic<int>::is_always_lock_free, "it is written by a signal handler");

std::atomic<void (*)()> last{nullptr};
static_assert(std::atomic<void (*)()>::is_always_lock_free, "it is read by a signal handler");

extern "C" void on_interrupt(int) {
  if (count.fetch_add(1, std::memory_order_relaxed) == 0) return;
  if (const auto at_end = last.load()) at_end();
  _exit(kExitInterrupted);
}

extern "C" void on_end_of_parent(int) {
  int none = 0;
  count.compare_exchange_strong(none, 1, std::memory_order_relaxed);
}

void set_handler(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before{};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

void catch_interrupts(void (*at_end)()) {
  last = at_end;
  set_handler(&on_interrupt);
}

void restore_interrupts() {
  set_handler(SIG_DFL);
}

void interrupt_at_end_of(pid_t parent) {
  struct sigaction action{};
  action.sa_handler = &on_end_of_parent;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGUSR1);
  if (::getppid() != parent) on_end_of_parent(SIGUSR1);
}

int interrupts() {
  return count.load(std::memory_order_relaxed);
}

}  // namespace backtalk::cli
