// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/live_view.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "live/frame.hpp"
#include "live/painting.hpp"
#include "live/plain_line.hpp"

namespace backtalk::cli {
namespace {

constexpr auto kFrame = std::chrono::milliseconds(200);

// Something of the view is on the terminal.
std::atomic<bool> is_drawn{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is read by signal handlers");
// That of the view, while there is one.
std::atomic<const ViewTerminal*> shared{nullptr};
static_assert(std::atomic<const ViewTerminal*>::is_always_lock_free, "it is read by signal handlers");

// Signals that stop or end the program at once: the view must not be left behind.
constexpr std::array kLeave{SIGTSTP, SIGQUIT};
std::array<struct sigaction, kLeave.size()> before{};

// What the signal does to a program that does not catch it. A stop does nothing in a process group
// that no shell looks after, where nobody could have it go on.
extern "C" void on_leave(int signal) {
  const int saved = errno;
  LiveView::erase_at_once();
  struct sigaction caught{};
  struct sigaction uncaught{};
  uncaught.sa_handler = SIG_DFL;
  ::sigaction(signal, &uncaught, &caught);
  ::raise(signal);
  sigset_t alone{};
  ::sigemptyset(&alone);
  ::sigaddset(&alone, signal);
  sigset_t blocked{};
  ::pthread_sigmask(SIG_UNBLOCK, &alone, &blocked);  // ends or stops here
  ::pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  ::sigaction(signal, &caught, nullptr);
  errno = saved;
}

// What a shell has said to ignore stays ignored.
void catch_leaving() {
  struct sigaction action{};
  action.sa_handler = &on_leave;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kLeave.size(); ++i) {
    ::sigaction(kLeave[i], nullptr, &before[i]);
    if (before[i].sa_handler == SIG_DFL) ::sigaction(kLeave[i], &action, nullptr);
  }
}

void restore_leaving() {
  for (std::size_t i = 0; i < kLeave.size(); ++i) ::sigaction(kLeave[i], &before[i], nullptr);
}

std::string_view setting(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  return value == nullptr ? "" : value;
}

// The locale as setlocale would find it, without loading one.
bool is_utf8() {
  for (const char* const variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = setting(variable);
    if (locale.empty()) continue;
    std::string name(locale);
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name.find("utf-8") != std::string::npos || name.find("utf8") != std::string::npos;
  }
  return false;
}

// None if the terminal does not say.
live::Size size_of_terminal() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

// In the background a program that draws would spoil what its user does meanwhile. A terminal that
// is not the controlling one has no foreground.
bool is_in_foreground() {
  const pid_t group = ::tcgetpgrp(STDERR_FILENO);
  return group == -1 || group == ::getpgrp();
}

// A terminal that is too small for a view has the line that others have.
std::vector<std::string> plain(const live::Figures& figures, std::size_t columns) {
  if (!figures.last_second || columns < 2) return {};
  live::Line line(columns - 1);
  line.add(live::plain_line(*figures.last_second, figures.transaction));
  return {line.text(false)};
}

}  // namespace

LiveView::LiveView() : look_{.colours = setting("NO_COLOR").empty(), .blocks = is_utf8()} {
  // Where no thread can be had, nothing is drawn: the run goes on as well without.
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    return;
  }
  shared = &terminal_;
  catch_leaving();
}

LiveView::~LiveView() {
  {
    const std::lock_guard guard(lock_);
    stop_ = true;
  }
  wake_.notify_one();
  if (!thread_.joinable()) {
    terminal_.write(sentences_);
    return;
  }
  thread_.join();
  if (is_drawn.exchange(false)) {
    terminal_.write(live::kErase);
  } else {
    terminal_.forget();
  }
  terminal_.write(sentences_);
  restore_leaving();
  shared = nullptr;
}

void LiveView::show(live::Figures figures) {
  const std::lock_guard guard(lock_);
  figures_ = std::move(figures);
}

void LiveView::say(std::string sentence) {
  sentence = live::printable(sentence) + "\r\n";
  const std::lock_guard guard(lock_);
  sentences_ += sentence;
}

void LiveView::erase_at_once() {
  if (!is_drawn.exchange(false)) return;
  if (const ViewTerminal* const terminal = shared.load()) terminal->write_at_once(live::kErase);
}

void LiveView::run() {
  std::unique_lock guard(lock_);
  while (!stop_) {
    wake_.wait_for(guard, kFrame, [this] { return stop_; });
    if (stop_ || !figures_ || !is_in_foreground()) continue;
    // Since a signal has erased the view, the rest of a painting has no place any more.
    if (!is_drawn.load()) terminal_.forget();
    if (!terminal_.takes_more()) continue;
    const live::Figures figures = *figures_;
    const std::string sentences = std::exchange(sentences_, {});
    guard.unlock();
    draw(figures, sentences);
    guard.lock();
  }
}

void LiveView::draw(const live::Figures& figures, const std::string& sentences) {
  const live::Size size = size_of_terminal();
  std::string out;
  if (!sentences.empty()) out.append(live::kErase).append(sentences);
  const std::vector<std::string> lines =
      live::has_view(size) ? live::draw(figures, size, look_) : plain(figures, size.columns);
  out += live::paint(lines);
  is_drawn.store(true);
  terminal_.write(out);
  is_drawn.store(true);  // a signal may have been handled meanwhile
}

}  // namespace backtalk::cli
