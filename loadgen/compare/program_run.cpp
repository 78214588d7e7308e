// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/program_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include "compare/spawn.hpp"
#include "result/json.hpp"

namespace backtalk::compare {
namespace {

class Pipe {
 public:
  Pipe() { open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writer();
    if (open_) ::close(ends_[0]);
  }

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_writer() {
    if (open_ && ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool open_ = false;
};

// Reads until the program closes its end. What is longer than any result is dropped, so that the
// program does not wait for its reader.
std::string read_all(int reader, pid_t group, const std::function<bool()>& stop, bool& interrupted) {
  constexpr int kPollMs = 100;
  std::string out;
  std::array<char, 65536> room;
  while (true) {
    if (!interrupted && stop()) {
      interrupted = true;
      ::kill(-group, SIGINT);
    }
    pollfd one{.fd = reader, .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, kPollMs) <= 0) continue;
    const ssize_t got = ::read(reader, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    if (out.size() <= result::kJsonOctetsMax) out.append(room.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::variant<result::RunResult, std::string> run_program(const std::string& program,
                                                         const std::vector<std::string>& words,
                                                         const std::function<bool()>& stop) {
  Pipe pipe;
  if (!pipe.is_open()) return fmt::format("--program {}: no pipe can be opened", program);
  std::vector<std::string> all{program, "load"};
  all.insert(all.end(), words.begin(), words.end());
  for (const char* const word : {"--quiet", "--json", "-"}) all.emplace_back(word);
  const auto started = spawn(all, pipe.writer());
  if (const auto* problem = std::get_if<std::string>(&started))
    return fmt::format("--program {}: cannot be started: {}", program, *problem);
  const pid_t pid = std::get<pid_t>(started);
  pipe.close_writer();
  bool interrupted = false;
  const std::string text = read_all(pipe.reader(), pid, stop, interrupted);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (text.empty()) {
    // It had no handler yet.
    if (interrupted && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) {
      result::RunResult nothing;
      nothing.interrupted = true;
      return nothing;
    }
    if (WIFSIGNALED(status))
      return fmt::format("--program {}: it was ended by signal {}", program, WTERMSIG(status));
    return fmt::format("--program {}: it ended with status {} and without a result", program,
                       WEXITSTATUS(status));
  }
  auto read = result::from_json(text);
  if (const auto* problem = std::get_if<std::string>(&read))
    return fmt::format("--program {}: its result cannot be read: {}", program, *problem);
  return std::get<result::RunResult>(std::move(read));
}

}  // namespace backtalk::compare
