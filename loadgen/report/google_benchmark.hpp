// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A result as Google Benchmark writes its own, for what reads those: its tools/compare.py, and
/// continuous benchmarking.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::report {

/// What is known of where a result was measured, and when.
struct BenchmarkContext {
  std::string date;  ///< ISO 8601
  std::string host;
  std::string executable;
  unsigned cpus = 0;
};

/// JSON. Each figure is a benchmark whose `real_time` is in nanoseconds: a transaction's share of
/// the time, and the mean and the percentiles of the latency. Percentiles that are not known, or
/// only as a lower bound, are left out.
[[nodiscard]] std::string to_google_benchmark(const result::RunResult& result,
                                              const BenchmarkContext& context);

}  // namespace backtalk::report
