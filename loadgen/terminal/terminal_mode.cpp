// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/terminal_mode.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace backtalk::terminal {
namespace {

// What the handlers use: they call only functions that are safe in them (POSIX 2.4.3).
struct State {
  int terminal = -1;
  termios before{};
  termios editing{};
  bool edits = false;
};
State state;
std::array<int, 2> news{-1, -1};  // a pipe: the handlers write into it
volatile sig_atomic_t resumed = 0;
volatile sig_atomic_t resized = 0;

constexpr std::array kEnd{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array kOther{SIGTSTP, SIGCONT, SIGWINCH};

bool is_in_foreground() {
  return tcgetpgrp(state.terminal) == getpgrp();
}

// Beneath the line that is edited.
void put_back() {
  if (!is_in_foreground()) return;
  tcsetattr(state.terminal, TCSANOW, &state.before);
  constexpr std::array<char, 2> kNewLine{'\r', '\n'};
  static_cast<void>(!write(STDOUT_FILENO, kNewLine.data(), kNewLine.size()));
}

// A signal that comes before somebody waits must not be missed.
void tell() {
  static_cast<void>(!write(news[1], "", 1));
}

void on_end(int signal) {
  put_back();
  // The handler is gone (SA_RESETHAND): it ends the program once this one returns.
  raise(signal);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  // Whoever sets a terminal from the background is stopped by it otherwise.
  sigaddset(&action.sa_mask, SIGTTOU);
  sigaction(signal, &action, nullptr);
}

void resume() {
  if (state.edits && is_in_foreground()) tcsetattr(state.terminal, TCSANOW, &state.editing);
  resumed = 1;
  tell();
}

void on_stop(int signal) {
  const int error = errno;
  put_back();
  handle(signal, SIG_DFL, 0);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, signal);
  sigset_t before;
  sigprocmask(SIG_UNBLOCK, &stop, &before);
  // Stops here; not where no shell could let it go on (POSIX 2.4.1, orphaned process groups).
  raise(signal);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  handle(signal, on_stop, 0);
  resume();
  errno = error;
}

// Goes on, whatever has stopped it.
void on_continue(int /*signal*/) {
  const int error = errno;
  resume();
  errno = error;
}

void on_resize(int /*signal*/) {
  const int error = errno;
  resized = 1;
  tell();
  errno = error;
}

bool take(volatile sig_atomic_t& flag) {
  const bool was = flag != 0;
  flag = 0;
  return was;
}

}  // namespace

TerminalMode::TerminalMode(int terminal) {
  state.terminal = terminal;
  state.edits = false;
  tcgetattr(terminal, &state.before);
  for (const int signal : kEnd) {
    struct sigaction present{};
    sigaction(signal, nullptr, &present);
    // nohup: what is ignored stays so.
    if (present.sa_handler != SIG_IGN) handle(signal, on_end, static_cast<int>(SA_RESETHAND));
  }
  static_cast<void>(!pipe2(news.data(), O_NONBLOCK | O_CLOEXEC));
  descriptor_ = epoll_create1(EPOLL_CLOEXEC);
  for (const int one : {terminal, news[0]}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = one}};
    epoll_ctl(descriptor_, EPOLL_CTL_ADD, one, &event);
  }
  handle(SIGTSTP, on_stop, 0);
  handle(SIGCONT, on_continue, 0);
  handle(SIGWINCH, on_resize, 0);
}

TerminalMode::~TerminalMode() {
  for (const int signal : kEnd) {
    struct sigaction present{};
    sigaction(signal, nullptr, &present);
    if (present.sa_handler == on_end) handle(signal, SIG_DFL, 0);
  }
  for (const int signal : kOther) handle(signal, SIG_DFL, 0);
  for (const int one : {descriptor_, news[0], news[1]}) close(one);
  if (is_in_foreground()) tcsetattr(state.terminal, TCSANOW, &state.before);
}

void TerminalMode::edits() {
  tcgetattr(state.terminal, &state.editing);
  state.edits = true;
}

bool TerminalMode::has_key() {
  std::array<char, 64> room{};
  while (::read(news[0], room.data(), room.size()) > 0) continue;
  pollfd one{.fd = state.terminal, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) > 0;
}

bool TerminalMode::take_resumed() {
  return take(resumed);
}

bool TerminalMode::take_resized() {
  return take(resized);
}

}  // namespace backtalk::terminal
