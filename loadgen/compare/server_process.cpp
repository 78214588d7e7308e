// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/server_process.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>
#include <variant>

#include "compare/comparison.hpp"
#include "compare/spawn.hpp"

namespace backtalk::compare {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLookEvery = std::chrono::milliseconds(10);

// The shells that were started, whoever asks for them. A signal handler reads the groups.
struct Shell {
  std::atomic<pid_t> group{0};  // 0: none
  std::optional<int> status;    // once it has ended
};
static_assert(std::atomic<pid_t>::is_always_lock_free, "it is read by a signal handler");

std::array<Shell, kSidesMax>& shells() {
  static constinit std::array<Shell, kSidesMax> all{};
  return all;
}

Shell* find_shell(pid_t group) {
  const auto found = std::ranges::find_if(shells(), [&](const Shell& one) { return one.group == group; });
  return found == shells().end() ? nullptr : &*found;
}

// Reaps every child that has ended: shells, what is left of their groups, and daemons that have
// left those (setsid). Otherwise a restart command that waits for the old daemon to end would see
// its zombie forever. Nothing else has children while servers start or end.
void reap() {
  int status = 0;
  while (true) {
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (Shell* const shell = find_shell(pid)) shell->status = status;
  }
}

// Starts the command in a shell, which a signal cannot part from its place in the list.
std::variant<pid_t, std::string> start_shell(const std::string& command) {
  Shell* const place = find_shell(0);
  if (place == nullptr) return "there are too many servers";
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  auto started = spawn({"/bin/sh", "-c", command});
  place->status.reset();
  if (const auto* const pid = std::get_if<pid_t>(&started)) place->group = *pid;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

bool accepts_at(const net::Endpoint& endpoint) {
  const int socket = ::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  // Connecting takes as long as sending may.
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const bool connected = ::connect(socket, endpoint.get(), endpoint.octets) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

bool accepts(std::span<const net::Endpoint> endpoints) {
  return std::ranges::any_of(endpoints, accepts_at);
}

void kill_servers() {
  for (const Shell& one : shells()) {
    if (const pid_t group = one.group; group > 0) ::kill(-group, SIGKILL);
  }
}

bool ServerProcess::is_left() const {
  reap();
  return ::kill(-group_, 0) == 0 || errno == EPERM;
}

void ServerProcess::wait_for_end() const {
  const auto end_by = Clock::now() + kEndMax;
  while (is_left() && Clock::now() < end_by) std::this_thread::sleep_for(kLookEvery);
}

std::optional<std::string> ServerProcess::start(const std::string& command,
                                                std::span<const net::Endpoint> endpoints,
                                                const std::function<bool()>& stop) {
  end();
  // Whoever is left of the group once its shell has ended, or has left it, is then a child of this
  // process, which learns of its end and takes it away: not every machine's first process does.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const bool replaces = accepts(endpoints);
  // What it writes to standard output is none of the comparison's; what it says of errors is shown.
  const auto started = start_shell(command);
  if (const auto* problem = std::get_if<std::string>(&started))
    return fmt::format("--restart `{}`: cannot be started: {}", command, *problem);
  group_ = std::get<pid_t>(started);
  const auto end_by = Clock::now() + kStartMax;
  while (Clock::now() < end_by && !stop()) {
    reap();
    const std::optional<int> status = find_shell(group_)->status;
    if (status && *status != 0) {
      const std::string how = how_it_ended(*status);
      end();
      return fmt::format("--restart `{}` {}{}", command, how,
                         replaces ? ", and a server listened there before it began" : "");
    }
    if ((status || !replaces) && accepts(endpoints)) return std::nullopt;
    std::this_thread::sleep_for(kLookEvery);
  }
  end();
  if (stop()) return std::nullopt;
  if (replaces)
    return fmt::format(
        "--restart `{}`: a server listened there already, and the command did not end within {} s: stop that "
        "server, or give a command that replaces it",
        command, kStartMax.count());
  return fmt::format("--restart `{}`: nothing accepted connections within {} s", command, kStartMax.count());
}

std::optional<pid_t> ServerProcess::process() const {
  if (group_ <= 0) return std::nullopt;
  reap();
  if (find_shell(group_)->status) return std::nullopt;
  return group_;
}

void ServerProcess::end() {
  if (group_ <= 0) return;
  ::kill(-group_, SIGTERM);
  wait_for_end();
  if (is_left()) {
    ::kill(-group_, SIGKILL);
    wait_for_end();
  }
  find_shell(group_)->group = 0;
  group_ = 0;
}

}  // namespace backtalk::compare
