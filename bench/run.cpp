// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "run.hpp"

#include <benchmark/benchmark.h>

#include <string>

#include "backtalk/simd.hpp"
#include "facts.hpp"
#include "instruction_counter.hpp"
#include "machine.hpp"
#include "rows.hpp"

namespace backtalk::bench {

int run_rows(int argc, char** argv) {
  register_rows();
  benchmark::AddCustomContext("backtalk_processor", processor());
  benchmark::AddCustomContext("backtalk_kernel", kernel());
  benchmark::AddCustomContext("backtalk_compiler", BACKTALK_BENCH_COMPILER);
  benchmark::AddCustomContext("backtalk_build", BACKTALK_BENCH_OWN_BUILD);
  benchmark::AddCustomContext("backtalk_peer_build", BACKTALK_BENCH_PEER_BUILD);
  benchmark::AddCustomContext("backtalk_version", BACKTALK_BENCH_VERSION);
  benchmark::AddCustomContext("backtalk_simd", std::string(simd::active()));
  benchmark::AddCustomContext("backtalk_instructions", InstructionCounter::why_not());
  benchmark::AddCustomContext("backtalk_inputs", input_facts(all_inputs()));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const std::size_t ran = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return ran > 0 ? 0 : 1;
}

}  // namespace backtalk::bench
