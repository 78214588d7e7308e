// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/own_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace backtalk::cli {
namespace {

constexpr std::string_view kListening = "listening on ";
constexpr std::size_t kLineOctetsMax = 4096;
constexpr int kReadyWithinMs = 30'000;

// The first line; empty if there is none in time.
std::string read_line(int file) {
  std::string line;
  std::array<char, 256> room{};
  while (line.size() < kLineOctetsMax) {
    if (const std::size_t end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    pollfd ready{.fd = file, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kReadyWithinMs) <= 0) return {};
    const ssize_t octets = ::read(file, room.data(), room.size());
    if (octets <= 0) return {};
    line.append(room.data(), static_cast<std::size_t>(octets));
  }
  return {};
}

}  // namespace

std::variant<OwnServer, std::string> OwnServer::start(std::string_view scheme) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fmt::format("a pipe: {}", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string url = fmt::format("{}://127.0.0.1:0", scheme);
  std::array<char, 9> name{"backtalk"};
  std::array<char, 6> verb{"serve"};
  const std::array<char*, 4> words{name.data(), verb.data(), url.data(), nullptr};
  pid_t process = 0;
  const int failed = ::posix_spawn(&process, "/proc/self/exe", &actions, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    return fmt::format("the built-in server cannot be started: {}", std::strerror(failed));
  }
  OwnServer out(process, ends[0]);
  const std::string line = read_line(ends[0]);
  if (!line.starts_with(kListening)) return fmt::format("the built-in server does not listen at {}", url);
  out.url_ = line.substr(kListening.size());
  return out;
}

OwnServer::OwnServer(OwnServer&& other) noexcept
    : process_(std::exchange(other.process_, 0)),
      output_(std::exchange(other.output_, -1)),
      url_(std::move(other.url_)) {}

OwnServer::~OwnServer() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::close(output_);
}

}  // namespace backtalk::cli
