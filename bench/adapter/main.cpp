// SPDX-License-Identifier: Apache-2.0 OR MIT
// The program that backtalk_add_benchmark makes: rows of the adapter's parser, of Backtalk's, and
// the limits. It takes the arguments of Google Benchmark.
#include <string>

#include "adapter/adapter_rows.hpp"
#include "backtalk/fuzz/adapter.hpp"
#include "rows.hpp"
#include "run.hpp"

int main(int argc, char** argv) {
  using namespace backtalk;
  const fuzz::Target& target = fuzz::target();
  bench::add_adapter_rows({.name = std::string(target.name),
                           .kind = bench::ContenderInfo::Kind::adapter,
                           .version = "-",
                           .build = "unknown flags",
                           .simd = "unknown",
                           .leaves_out = {},
                           .remarks = "through its adapter"},
                          target, fuzz::make_adapter);
  bench::add_own_adapter_rows(target.protocol);
  bench::add_own_rows();
  bench::add_limits();
  bench::keep_rows_of(std::string(target.protocol));
  return bench::run_rows(argc, argv);
}
