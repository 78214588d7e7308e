// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/differ_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/clock.hpp"
#include "net/failure_names.hpp"
#include "net/link.hpp"

namespace backtalk::differ {
namespace {

// How often a wait looks at whether the user wants no more.
constexpr std::uint64_t kLookNs = 100'000'000;

// A sentence if no address of the server can be reached.
std::string connect(net::Link& link, const Server& server, std::uint64_t timeout_ns,
                    const std::atomic<bool>& stop) {
  int error = 0;
  for (const net::Endpoint& address : server.addresses) {
    error = link.connect(address, timeout_ns, &stop);
    if (error == 0) return {};
    if (error == ECANCELED) break;
  }
  return std::string(net::connect_failure(error, server.addresses.back()));
}

// The runs end together: at the user's wish, or as soon as one of them has a problem.
class Halt {
 public:
  explicit Halt(const std::atomic<bool>& stop) : stop_(stop) {}
  void set() { failed_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool is_set() const {
    return stop_.load(std::memory_order_relaxed) || failed_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const std::atomic<bool>& stop() const { return stop_; }

 private:
  const std::atomic<bool>& stop_;
  std::atomic<bool> failed_ = false;
};

// Each piece is a send of its own, once the one before it is in the kernel's hands. True if
// something was sent.
bool send_pieces(net::Link& link, Trial& trial) {
  bool sent = false;
  while (!link.is_sending()) {
    const std::string piece = trial.next_piece();
    if (piece.empty()) break;
    link.send(piece);
    sent = true;
  }
  return sent;
}

void converse(net::Link& link, Trial& trial, const DifferPlan& plan, const Halt& halt) {
  const std::uint64_t deadline = net::now_ns() + plan.timeout_ns;
  std::uint64_t pause_end = 0;
  while (!trial.over() && !halt.is_set()) {
    const std::uint64_t now = net::now_ns();
    if (now >= deadline) return trial.give_up();
    if (trial.is_waiting() && now >= pause_end) trial.stop_waiting();
    if (send_pieces(link, trial)) pause_end = now + plan.pause_ns;
    const std::uint64_t until = std::min(deadline, trial.is_waiting() ? pause_end : deadline);
    link.wait(-1, until > now ? std::min(kLookNs, until - now) : 0);
    trial.receive(link.receive());
    if (link.ended()) trial.close();
  }
}

// Null without a problem: the run was halted.
std::optional<Outcome> play_one(const DifferPlan& plan, const Case& one, const Server& server,
                                const Halt& halt, std::string& problem) {
  net::Link link;
  if (const std::string failure = connect(link, server, plan.timeout_ns, halt.stop()); !failure.empty()) {
    problem = fmt::format("{}: {}", server.url, failure);
    return std::nullopt;
  }
  Trial trial(plan.corpus, one, plan.envelope);
  converse(link, trial, plan, halt);
  if (trial.problem()) problem = fmt::format("{}: case {}: {}", server.url, one.name, *trial.problem());
  if (!trial.over() || trial.problem()) return std::nullopt;
  return trial.outcome();
}

// All cases on one server.
struct Run {
  std::vector<Outcome> outcomes;
  std::string problem;
};

void play_all(const DifferPlan& plan, const Server& server, Halt& halt, Run& run) {
  for (const Case& one : plan.corpus.cases) {
    auto outcome = play_one(plan, one, server, halt, run.problem);
    if (!outcome) return halt.set();
    run.outcomes.push_back(*std::move(outcome));
  }
}

}  // namespace

std::variant<Comparison, std::string> play(const DifferPlan& plan, const std::atomic<bool>& stop) {
  Halt halt(stop);
  std::vector<Run> runs(plan.servers.size());
  std::vector<std::thread> threads;
  threads.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i)
    threads.emplace_back([&, i] { play_all(plan, plan.servers[i], halt, runs[i]); });
  for (std::thread& thread : threads) thread.join();
  if (stop.load(std::memory_order_relaxed)) return "interrupted";
  for (Run& run : runs) {
    if (!run.problem.empty()) return std::move(run.problem);
  }

  Comparison out{.corpus_name = plan.corpus_name, .servers = {}, .cases = {}};
  for (const Server& server : plan.servers) out.servers.push_back(server.url);
  for (std::size_t i = 0; i < plan.corpus.cases.size(); ++i) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(runs.size());
    for (Run& run : runs) outcomes.push_back(std::move(run.outcomes[i]));
    out.cases.push_back(compare(plan.corpus, std::move(outcomes)));
  }
  return out;
}

}  // namespace backtalk::differ
