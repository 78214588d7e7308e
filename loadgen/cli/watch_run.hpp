// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Carries out a run while the user watches: progress on a terminal, a word about a server that
/// does not answer, and Ctrl-C.
#pragma once

#include <string>
#include <variant>

#include "cli/metrics_listener.hpp"
#include "load/load_run.hpp"
#include "result/run_result.hpp"

namespace backtalk::cli {

/// Shows what the run has counted so far. To be called once before anyone is told of the page, so
/// that nobody finds it empty; `watch_run` goes on with it.
void show_metrics(MetricsListener& metrics, const load::LoadRun& run);

/// Returns the result, or what kept the run from being carried out. To be called between
/// `catch_interrupts` and `restore_interrupts`. `metrics` shows what was counted so far, unless it
/// is null.
[[nodiscard]] std::variant<result::RunResult, std::string> watch_run(load::LoadRun& run, bool quiet,
                                                                     MetricsListener* metrics = nullptr);

}  // namespace backtalk::cli
