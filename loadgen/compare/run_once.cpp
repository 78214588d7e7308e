// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/run_once.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "load/load_run.hpp"

namespace backtalk::compare {

std::variant<result::RunResult, std::string> run_once(const load::Job& job, const load::Terms& terms,
                                                      const std::function<bool()>& stop) {
  constexpr auto kPollEvery = std::chrono::milliseconds(20);
  auto prepared = load::prepare(job, terms);
  if (auto* problem = std::get_if<std::string>(&prepared)) return std::move(*problem);
  auto& run = std::get<load::LoadRun>(prepared);
  if (auto problem = run.open()) return *std::move(problem);
  run.begin();
  bool stopped = false;
  while (!run.done()) {
    std::this_thread::sleep_for(kPollEvery);
    static_cast<void>(run.poll());
    if (!stopped && stop()) {
      stopped = true;
      run.stop();
    }
  }
  return run.finish();
}

}  // namespace backtalk::compare
