// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk_bench: all rows, in one program, so that they can be run interleaved at random.
//
//     backtalk_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
//
// Only ratios between rows of one interleaved run are meaningful; times of different runs are not.
#include "rows.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
  backtalk::bench::add_own_rows();
  backtalk::bench::add_peers();
  backtalk::bench::add_limits();
  return backtalk::bench::run_rows(argc, argv);
}
