// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/joint_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "load/load_run.hpp"
#include "load/room_for.hpp"
#include "net/clock.hpp"

namespace backtalk::load {
namespace {

constexpr auto kPollEvery = std::chrono::milliseconds(20);
// Later than the last of the threads hears of it.
constexpr std::uint64_t kUntilBeginNs = 5'000'000;

std::string about(const JointLoad& load, const std::string& problem) {
  return fmt::format("{}: {}", load.name, problem);
}

// Asks `stop` until `done`; the runs are stopped once.
template <class Done>
void wait_until(std::vector<LoadRun>& runs, bool& stopped, const std::function<bool()>& stop, Done done) {
  while (!done()) {
    std::this_thread::sleep_for(kPollEvery);
    for (LoadRun& run : runs) static_cast<void>(run.poll());
    if (stopped || !stop()) continue;
    stopped = true;
    for (LoadRun& run : runs) run.stop();
  }
}

std::optional<std::string> room_for_all(std::span<const LoadRun> runs) {
  std::vector<const engine::ClientPlan*> plans;
  for (const LoadRun& run : runs) {
    const auto of_run = run.plans();
    plans.insert(plans.end(), of_run.begin(), of_run.end());
  }
  return room_for(plans);
}

}  // namespace

std::vector<JointLoad> at_share(std::span<const JointLoad> loads, double share) {
  std::vector<JointLoad> scaled(loads.begin(), loads.end());
  for (JointLoad& one : scaled) {
    if (one.job.options.rate) *one.job.options.rate *= share;
    if (one.job.options.session_rate) *one.job.options.session_rate *= share;
  }
  return scaled;
}

JointRun run_jointly(std::span<const JointLoad> loads, const std::function<bool()>& stop) {
  JointRun out{.results = std::vector<std::optional<result::RunResult>>(loads.size()),
               .problem = std::nullopt};
  std::vector<LoadRun> runs;
  for (const JointLoad& one : loads) {
    Job job = one.job;
    if (job.options.seed) *job.options.seed += runs.size();
    auto prepared = prepare(job, one.terms);
    if (const auto* problem = std::get_if<std::string>(&prepared)) {
      out.problem = about(one, *problem);
      return out;
    }
    runs.push_back(std::get<LoadRun>(std::move(prepared)));
  }
  if (auto problem = room_for_all(runs)) {
    out.problem = std::move(problem);
    return out;
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (const auto refusal = runs[i].open()) {
      out.problem = about(loads[i], *refusal);
      return out;
    }
  }
  bool stopped = false;
  wait_until(runs, stopped, stop, [&] { return stopped || std::ranges::all_of(runs, &LoadRun::opened); });
  const std::uint64_t begin = net::now_ns() + kUntilBeginNs;
  for (LoadRun& run : runs) run.begin(begin);
  wait_until(runs, stopped, stop, [&] { return std::ranges::all_of(runs, &LoadRun::done); });
  for (std::size_t i = 0; i < runs.size(); ++i) {
    auto result = runs[i].finish();
    if (auto* whole = std::get_if<result::RunResult>(&result)) {
      out.results[i] = std::move(*whole);
    } else if (!out.problem) {
      out.problem = about(loads[i], std::get<std::string>(result));
    }
  }
  return out;
}

}  // namespace backtalk::load
