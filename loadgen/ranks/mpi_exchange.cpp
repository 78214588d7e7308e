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
#include <utility>

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

// A pipe, whose ends are closed at the end.
class Pipe {
 public:
  Pipe() { is_open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close_end(ends_[0]); }
  void close_writer() { close_end(ends_[1]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  bool is_open_ = false;
};

std::string how_it_ended(int status) {
  return WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                             : fmt::format("failed with exit code {}", WEXITSTATUS(status));
}

}  // namespace

Exchanged exchange_by_mpi(const std::string& line, const Place& place) {
  const auto failed = [](std::string why) { return Exchanged{.line = {}, .problem = std::move(why)}; };
  const std::string helper = find_helper();
  if (helper.empty())
    return failed(fmt::format(
        "{} started several processes, and the program by which they find each other is missing: "
        "install the package backtalk-mpi, or give all of them BACKTALK_COORDINATOR=HOST:PORT, an "
        "address of the machine of rank 0",
        place.launcher));
  Pipe said;
  Pipe heard;
  if (!said.is_open() || !heard.is_open()) return failed(std::generic_category().message(errno));
  // The pipe has room for it.
  if (line.size() > PIPE_BUF * std::size_t{4} ||
      ::write(said.writer(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return failed("rank 0 has more addresses than can be told");
  said.close_writer();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, said.reader(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, heard.writer(), STDOUT_FILENO);
  std::string name = helper;
  std::string rank = std::to_string(place.share.part);
  std::string ranks = std::to_string(place.share.parts);
  const std::array<char*, 4> words{name.data(), rank.data(), ranks.data(), nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, helper.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return failed(fmt::format("{}: {}", helper, std::generic_category().message(failure)));
  heard.close_writer();
  std::string printed = read_all(heard.reader());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !printed.ends_with('\n'))
    // Only rank 0's standard error is seen.
    return failed(fmt::format("{} {}{}", helper, how_it_ended(status),
                              place.share.part == 0 ? ": see what it says above" : ""));
  printed.pop_back();
  return {.line = std::move(printed), .problem = {}};
}

}  // namespace backtalk::ranks
