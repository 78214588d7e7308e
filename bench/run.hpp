// SPDX-License-Identifier: Apache-2.0 OR MIT
// Runs all rows that were added, and gives Google Benchmark the facts about the machine and the
// inputs.
#pragma once

namespace backtalk::bench {

// Takes the command line of Google Benchmark; returns the exit status.
int run_rows(int argc, char** argv);

}  // namespace backtalk::bench
