// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "load/load_run.hpp"
#include "report/verdict.hpp"

namespace backtalk::compare {
namespace {

// More than one, since servers that refuse a transaction now and then can be compared.
constexpr std::uint64_t kTrialTransactions = 3;

std::string no_session(const load::LoadRun& run, std::uint64_t session_ns) {
  return fmt::format(
      "no session at {} within {:g} s: are the scheme and the port right, and does the server send a "
      "greeting? A slow one needs a longer --timeout",
      run.url(), static_cast<double>(session_ns) / 1e9);
}

}  // namespace

load::Job trial_of(load::Job job) {
  auto& options = job.options;
  options.connections = options.threads = 1;
  options.transactions = std::min(options.transactions.value_or(kTrialTransactions), kTrialTransactions);
  options.duration_ns.reset();
  options.rate.reset();
  options.stages.clear();
  options.session_rate.reset();
  options.arrival = {};
  options.warmup_ns = options.ramp_ns = 0;
  return job;
}

std::optional<std::string> try_side(const load::Job& job, const load::Terms& terms, std::uint64_t session_ns,
                                    const std::function<bool()>& stop) {
  using std::chrono::steady_clock;
  constexpr auto kTrialPollEvery = std::chrono::milliseconds(20);
  constexpr auto kSlack = std::chrono::seconds(1);
  auto prepared = load::prepare(trial_of(job), terms);
  if (auto* problem = std::get_if<std::string>(&prepared)) return std::move(*problem);
  auto& run = std::get<load::LoadRun>(prepared);
  if (auto problem = run.open()) return problem;
  run.begin();
  const auto begun = steady_clock::now();
  const auto session_by = begun + std::chrono::nanoseconds(session_ns);
  // A transaction that waits for longer than this (scripts may) is not waited for.
  const auto end_by = begun + std::chrono::nanoseconds(job.options.timeout_ns) + kSlack;
  bool silent = false;
  bool stopped = false;
  while (!run.done()) {
    std::this_thread::sleep_for(kTrialPollEvery);
    static_cast<void>(run.poll());
    if (stopped) continue;
    silent = !run.had_session() && steady_clock::now() >= session_by;
    stopped = silent || steady_clock::now() >= end_by || stop();
    if (stopped) run.stop();
  }
  const bool had_session = run.had_session();
  const auto ran = run.finish();
  if (const auto* problem = std::get_if<std::string>(&ran)) return *problem;
  if (silent && !had_session) return no_session(run, session_ns);
  if (stopped) return std::nullopt;
  for (const result::Reason& reason : report::judge(std::get<result::RunResult>(ran)).reasons) {
    if (reason.code == "nothing-completed") return reason.sentence;
  }
  return std::nullopt;
}

}  // namespace backtalk::compare
