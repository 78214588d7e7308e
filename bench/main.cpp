// backtalk_bench: all rows, in one program, so that they can be run interleaved at random.
//
//     backtalk_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
//
// Ratios between rows of one interleaved run mean something; times from different runs do not.
#include <benchmark/benchmark.h>

#include <string>

#include "backtalk/simd.hpp"
#include "instruction_counter.hpp"
#include "machine.hpp"
#include "rows.hpp"

int main(int argc, char** argv) {
  using namespace backtalk::bench;
  add_own_rows();
  add_peers();
  add_limits();
  register_rows();
  benchmark::AddCustomContext("backtalk_processor", processor());
  benchmark::AddCustomContext("backtalk_kernel", kernel());
  benchmark::AddCustomContext("backtalk_compiler", BACKTALK_BENCH_COMPILER);
  benchmark::AddCustomContext("backtalk_build", BACKTALK_BENCH_OWN_BUILD);
  benchmark::AddCustomContext("backtalk_peer_build", BACKTALK_BENCH_PEER_BUILD);
  benchmark::AddCustomContext("backtalk_version", BACKTALK_BENCH_VERSION);
  benchmark::AddCustomContext("backtalk_simd", std::string(backtalk::simd::active()));
  benchmark::AddCustomContext("backtalk_instructions", InstructionCounter::why_not());
  std::size_t place = 100;  // the context is sorted by its keys
  for (const Input& input : all_inputs()) {
    const std::size_t octets = input.octets() / input.streams.size();
    benchmark::AddCustomContext("input:" + std::to_string(place++) + ":" + input.protocol + "/" + input.name,
                                input.unit + "; " + std::to_string(input.units) + "; " +
                                    std::to_string(octets) + "; " + (input.worst ? "worst" : "usual") + "; " +
                                    input.what);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const std::size_t ran = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return ran > 0 ? 0 : 1;
}
