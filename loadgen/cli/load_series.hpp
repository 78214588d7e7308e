// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load` with several runs.
#pragma once

#include "cli/asked_load.hpp"
#include "load/plan_run.hpp"

namespace backtalk::cli {

/// --repeat. To be called between `catch_interrupts` and `restore_interrupts`, the second of which
/// it calls itself before it prints. Returns the exit code.
[[nodiscard]] int run_repeatedly(const AskedLoad& asked, const load::Terms& terms);

/// The same for several values of -p or -r.
[[nodiscard]] int run_sweep(const AskedLoad& asked, const load::Terms& terms);

/// The same for --find-rate.
[[nodiscard]] int search_rate(const AskedLoad& asked, const load::Terms& terms);

}  // namespace backtalk::cli
