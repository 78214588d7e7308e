// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/mpi_exchange.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace backtalk::ranks {
namespace {

constexpr std::string_view kHelper = "backtalk-mpi";

// Beside this program, as in the folder of a build, or where the package of MPI puts it.
std::string find_helper() {
  std::array<char, PATH_MAX> self{};
  const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (length <= 0) return {};
  const std::string_view path(self.data(), static_cast<std::size_t>(length));
  const std::string folder(path.substr(0, path.rfind('/')));
  for (const std::string_view place : {"/", "/../libexec/backtalk/"}) {
    std::string found = fmt::format("{}{}{}", folder, place, kHelper);
    if (::access(found.c_str(), X_OK) == 0) return found;
  }
  return {};
}

std::string read_all(int descriptor) {
  std::string out;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t octets = ::read(descriptor, piece.data(), piece.size());
    if (octets < 0 && errno == EINTR) continue;
    if (octets <= 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(octets));
  }
}

}  // namespace

Exchanged exchange_by_mpi(const std::string& line, const std::string& launcher) {
  const std::string helper = find_helper();
  if (helper.empty())
    return {.line = {},
            .problem = fmt::format(
                "{} started several processes, and the program by which they find each other is missing: "
                "install the package backtalk-mpi, or give all of them BACKTALK_COORDINATOR=HOST:PORT, an "
                "address of the machine of rank 0",
                launcher)};
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return {.line = {}, .problem = std::generic_category().message(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  std::string name = helper;
  std::string word = line;
  const std::array<char*, 3> words{name.data(), word.data(), nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, helper.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string printed = failure == 0 ? read_all(pipe[0]) : "";
  ::close(pipe[0]);
  int status = 0;
  while (failure == 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (failure != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || !printed.ends_with('\n'))
    return {.line = {}, .problem = fmt::format("{} failed: see what it says above", helper)};
  printed.pop_back();
  return {.line = std::move(printed), .problem = {}};
}

}  // namespace backtalk::ranks
