// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Rank 0's part of a run, from the arrival of the others to the result of all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "load/load_run.hpp"
#include "ranks/coordinator.hpp"
#include "result/run_result.hpp"

namespace backtalk::ranks {

struct Watching {
  std::function<bool()> stop;  ///< the user wants the run to end
  /// Called several times a second with what all ranks have completed.
  std::function<void(std::uint64_t completed)> show;
};

/// `host`: of this rank. The result of all ranks that have one; or a sentence for the user if the
/// run does not take place.
[[nodiscard]] std::variant<result::RunResult, std::string> lead(load::LoadRun& run, Coordinator& ranks,
                                                                const std::string& host,
                                                                std::uint64_t arrival_ns,
                                                                const Watching& watching);

}  // namespace backtalk::ranks
