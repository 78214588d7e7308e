// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Carries out a run while the user watches: progress on a terminal, a word about a server that
/// does not answer, and Ctrl-C.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "cli/metrics_listener.hpp"
#include "cli/progress.hpp"
#include "load/load_run.hpp"
#include "report/threshold.hpp"
#include "result/run_result.hpp"

namespace backtalk::cli {

/// Shows what the run has counted so far. To be called once before anyone is told of the page, so
/// that nobody finds it empty; `watch_run` goes on with it.
void show_metrics(MetricsListener& metrics, const load::LoadRun& run);

struct Watching {
  Shown shown = Shown::nothing;
  bool warns = true;      ///< of a server that does not answer
  std::string step = {};  ///< of several runs: "run 2 of 5"
  std::span<const report::Threshold> thresholds = {};
  /// Shows what was counted so far; null: there is none.
  MetricsListener* metrics = nullptr;
};

/// Returns the result, or what kept the run from being carried out. To be called between
/// `catch_interrupts` and `restore_interrupts`. For a view, and for `metrics`, the run has to sum
/// up (`load::Terms::sums_up`).
[[nodiscard]] std::variant<result::RunResult, std::string> watch_run(load::LoadRun& run,
                                                                     const Watching& watching);

}  // namespace backtalk::cli
