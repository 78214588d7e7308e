// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "peers/process_peer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

extern char** environ;

namespace backtalk::fuzz {
namespace {

constexpr int kAnswerMs = 5'000;
constexpr unsigned kQuestionsMax = 5000;
constexpr std::size_t kAnswerMax = std::size_t{1} << 26U;

void append_number(std::string& out, std::size_t value) {
  const auto number = static_cast<std::uint32_t>(value);
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  out.append(raw, sizeof number);
}

// A report does not copy the sentence of a broken promise. There are few different ones, so they
// are kept.
std::string_view kept(std::string_view sentence) {
  static std::set<std::string, std::less<>> sentences;
  return *sentences.emplace(sentence).first;
}

// answer = *( kind length octets )      kind is one of e t n o r b, length is four octets
void report_answer(std::string_view answer, Report& report) {
  while (answer.size() >= 1 + sizeof(std::uint32_t)) {
    const char kind = answer.front();
    std::uint32_t size = 0;
    std::memcpy(&size, answer.data() + 1, sizeof size);
    answer.remove_prefix(1 + sizeof size);
    const std::string_view text = answer.substr(0, size);
    answer.remove_prefix(text.size());
    switch (kind) {
      case 'e': report.event(text); break;
      case 't': report.text(text); break;
      case 'n': report.number(std::strtoull(std::string(text).c_str(), nullptr, 10)); break;
      case 'o': report.octets(text); break;
      case 'r': report.refuse(text); break;
      case 'b': report.broken(kept(text)); break;
      default: report.broken("the client's process sent an answer of an unknown kind"); return;
    }
  }
}

}  // namespace

void ProcessPeer::begin(const Settings& settings) {
  pieces_.clear();
  variant_ = settings.variant;
}

void ProcessPeer::feed(std::string_view bytes, Report&) {
  if (!bytes.empty()) pieces_.emplace_back(bytes);
}

// request = variant count *size *octets      numbers are four octets in the machine's order
void ProcessPeer::finish(Report& report) {
  std::string request;
  append_number(request, variant_);
  append_number(request, pieces_.size());
  for (const std::string& piece : pieces_) append_number(request, piece.size());
  for (const std::string& piece : pieces_) request += piece;
  std::string answer;
  if (client_.ask(request, answer)) {
    report_answer(answer, report);
  } else {
    report.broken("the client did not answer in time, or its process has ended");
  }
}

ClientProcess& ProcessPeer::shared(std::vector<std::string> command) {
  static ClientProcess process(std::move(command));
  return process;
}

bool ClientProcess::ask(std::string_view request, std::string& answer) {
  if (++asked_ % kQuestionsMax == 0) stop();
  if (process_ < 0) start();
  std::uint32_t size = 0;
  bool answered = put(request) && take(&size, sizeof size) && size <= kAnswerMax;
  if (answered) {
    answer.resize(size);
    answered = take(answer.data(), size);
  }
  if (!answered) stop();
  return answered;
}

void ClientProcess::start() {
  int request[2];
  int answer[2];
  if (pipe2(request, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0) {
    std::perror("pipe2");
    std::exit(2);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, request[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answer[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (std::string& argument : command_) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const int failed = posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(request[0]);
  close(answer[1]);
  if (failed != 0) {
    std::fprintf(stderr, "%s does not start: %s\n", arguments[0], std::strerror(failed));
    std::exit(2);
  }
  to_ = request[1];
  from_ = answer[0];
  signal(SIGPIPE, SIG_IGN);
}

void ClientProcess::stop() {
  if (process_ < 0) return;
  close(to_);
  close(from_);
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

bool ClientProcess::put(std::string_view request) {
  while (!request.empty()) {
    const ssize_t written = write(to_, request.data(), request.size());
    if (written <= 0) return false;
    request.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool ClientProcess::take(void* into, std::size_t size) {
  auto* at = static_cast<char*>(into);
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(kAnswerMs);
  while (size > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd readable{.fd = from_, .events = POLLIN, .revents = 0};
    if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) <= 0) return false;
    const ssize_t count = read(from_, at, size);
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace backtalk::fuzz
