// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/rank_load.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/interrupt.hpp"
#include "cli/standard_error.hpp"
#include "cli/usage_error.hpp"
#include "net/clock.hpp"
#include "net/polled_listener.hpp"
#include "ranks/lead.hpp"
#include "ranks/meeting.hpp"
#include "ranks/member.hpp"
#include "text/plural.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr auto kSameWords = std::chrono::seconds(2);
// Ranks that were refused for the same reason as rank 0 come soon.
constexpr std::uint64_t kRefusedNs = 5 * kSecondNs;

// Standard error of a rank that does not speak, for what only it can say.
int own_stderr = STDERR_FILENO;

const char* of_process(const char* name) {
  return std::getenv(name);
}

// How long the ranks wait for each other: a cluster starts them one after the other.
std::uint64_t arrival_ns(const ranks::Place& place) {
  return place.rank_timeout_s * kSecondNs;
}

bool is_stopped() {
  return interrupts() > 0;
}

int say_of_rank(const std::string& sentence) {
  const std::string line = fmt::format("backtalk load: {}\n", sentence);
  static_cast<void>(::write(own_stderr, line.data(), line.size()));
  return kUsageError;
}

ranks::Hello hello_of(const ranks::Place& place, std::string token, std::string problem) {
  return {.token = std::move(token),
          .rank = place.share.part,
          .host = net::host_name(),
          .version = std::string(ranks::kVersion),
          .problem = std::move(problem)};
}

// A member that has reached rank 0; or the exit code.
std::variant<std::unique_ptr<ranks::Member>, int> reach(const ranks::Place& place, std::string problem) {
  auto heard = ranks::hear_of_coordinator(place);
  if (const auto* sentence = std::get_if<std::string>(&heard)) {
    // As a rule rank 0 has said the same, and the launcher ends this process.
    std::this_thread::sleep_for(kSameWords);
    return say_of_rank(*sentence);
  }
  auto& address = std::get<ranks::Address>(heard);
  auto member = std::make_unique<ranks::Member>();
  const auto hello = hello_of(place, std::move(address.token), std::move(problem));
  if (const auto lost =
          member->connect(address.places, hello, net::now_ns() + arrival_ns(place), &is_stopped))
    return say_of_rank(*lost);
  return member;
}

// "   3 s  1234 messages by 4 ranks", rewritten several times a second.
class Progress {
 public:
  Progress(const ranks::Place& place, std::string_view transaction, bool quiet)
      : ranks_(place.share.parts),
        transaction_(transaction),
        visible_(!quiet && isatty(STDERR_FILENO) != 0) {}
  ~Progress() {
    if (shown_) tell("\n");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t completed) {
    if (!visible_) return;
    tell("\r{:>4} s  {:>9} {} by {} ranks", (net::now_ns() - since_) / kSecondNs, completed,
         text::plural(transaction_), ranks_);
    shown_ = true;
  }

 private:
  unsigned ranks_;
  std::string_view transaction_;
  bool visible_;
  bool shown_ = false;
  std::uint64_t since_ = net::now_ns();
};

// mpirun ends all processes if one of them is killed. What it has started comes to a good end here,
// and the load goes on in a process that it does not wait for: rank 0 does, and has it end with the
// run. Call it while there is one thread. False in the process that mpirun waits for.
bool leave_launcher() {
  const pid_t child = ::fork();
  if (child > 0) return false;
  if (child < 0) return true;  // it goes on all the same
  ::setsid();
  // The launcher waits for the end of its pipes too.
  ::close(own_stderr);
  own_stderr = STDERR_FILENO;
  return true;
}

// Waits for a process, passes on the first signal that ends it, and ends as it does.
[[noreturn]] void stand_in_for(pid_t child, const sigset_t& awaited) {
  // If the launcher is killed, nobody else ends the load.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  bool is_told = false;
  while (true) {
    int signal = 0;
    if (::sigwait(&awaited, &signal) != 0) continue;
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child)
      ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (signal == SIGCHLD || is_told) continue;
    is_told = true;
    ::kill(child, SIGINT);
  }
}

// After Ctrl-C, mpirun kills what it has started within a second, and the last answers may take
// longer, without which there is no result. So rank 0 goes on in a process that mpirun does not
// know, and the one that it knows waits for it. Returns in the former. Call it while there is one
// thread.
void outlive_launcher() {
  sigset_t awaited;
  sigset_t before;
  sigemptyset(&awaited);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&awaited, signal);
  ::sigprocmask(SIG_BLOCK, &awaited, &before);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child > 0) stand_in_for(child, awaited);
  if (child == 0) {
    ::setsid();
    interrupt_at_end_of(parent);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

struct Undivided {
  bool given;
  std::string_view option;
  std::string_view why;
};

}  // namespace

std::variant<std::optional<ranks::Place>, std::string> own_place() {
  return ranks::find_place(&of_process);
}

void hush_other_ranks(int argc, const char* const* argv) {
  if (argc < 2 || std::string_view(argv[1]) != "load") return;
  const auto found = own_place();
  const auto* const place = std::get_if<std::optional<ranks::Place>>(&found);
  if (place == nullptr || !*place || (*place)->speaks()) return;
  const int kept = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept < 0 || nowhere < 0) return;
  own_stderr = kept;
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  ::close(nowhere);
}

std::optional<std::string> not_for_ranks(const workload::LoadArguments& arguments) {
  constexpr std::string_view kSeveralRuns = "makes several runs, and ranks share one";
  const std::array all{
      Undivided{!arguments.find_rate.empty(), "--find-rate", kSeveralRuns},
      Undivided{arguments.repeat > 1, "--repeat", kSeveralRuns},
      Undivided{arguments.is_sweep(), "several values of -p or -r", kSeveralRuns},
      Undivided{!arguments.at.empty(), "--at", kSeveralRuns},
      Undivided{!arguments.deliver.empty(), "--deliver", "watches mailboxes for the messages of one process"},
      Undivided{!arguments.metrics_listen.empty(), "--metrics-listen", "shows the counters of one process"},
      Undivided{!arguments.hdr_file.empty(), "--hdr",
                "needs histograms of every interval, which ranks do not send each other"},
      Undivided{!arguments.save_bad.empty(), "--save-bad", "keeps what one process has received"}};
  for (const Undivided& one : all) {
    if (one.given) return fmt::format("{} cannot be divided among ranks: it {}", one.option, one.why);
  }
  return std::nullopt;
}

int refuse_as_rank(const ranks::Place& place, const std::string& problem) {
  if (!place.is_joined()) return refuse("load", problem);
  if (place.share.part > 0) {
    auto reached = reach(place, problem);
    if (const int* const code = std::get_if<int>(&reached)) return *code;
    std::get<std::unique_ptr<ranks::Member>>(reached)->wait_for_end(&is_stopped);
    return 0;
  }
  const int code = refuse("load", problem);
  auto called = ranks::call_others(place);
  if (auto* const others = std::get_if<std::unique_ptr<ranks::Coordinator>>(&called)) {
    static_cast<void>((*others)->gather(net::now_ns() + kRefusedNs, &is_stopped));
    (*others)->tell_all(ranks::Kind::refused, problem);
  }
  return code;
}

std::variant<result::RunResult, std::string> lead_load(load::LoadRun& run, const ranks::Place& place,
                                                       bool quiet) {
  auto called = ranks::call_others(place);
  if (auto* const problem = std::get_if<std::string>(&called)) return std::move(*problem);
  ranks::Coordinator& others = *std::get<std::unique_ptr<ranks::Coordinator>>(called);
  if (place.launcher == "mpirun") outlive_launcher();
  Progress progress(place, run.transaction(), quiet);
  auto led = ranks::lead(
      run, others, net::host_name(), arrival_ns(place),
      {.stop = &is_stopped, .show = [&progress](std::uint64_t completed) { progress.show(completed); }});
  auto* const result = std::get_if<result::RunResult>(&led);
  if (result != nullptr && !place.is_token_secret)
    result->notes.push_back(fmt::format(
        "anybody who could reach {} could have been a rank: set BACKTALK_TOKEN to a secret of the "
        "ranks",
        place.coordinator));
  return led;
}

int follow_load(load::LoadRun& run, const ranks::Place& place) {
  auto reached = reach(place, {});
  if (const int* const code = std::get_if<int>(&reached)) return *code;
  if (place.launcher == "mpirun" && !leave_launcher()) return 0;
  if (const auto lost = std::get<std::unique_ptr<ranks::Member>>(reached)->follow(run, &is_stopped))
    return say_of_rank(fmt::format("rank {}: {}", place.share.part, *lost));
  return 0;
}

}  // namespace backtalk::cli
