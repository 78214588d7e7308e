// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `mpirun -n N backtalk load ...`: this process carries out its part of the load.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "load/load_run.hpp"
#include "ranks/place.hpp"
#include "result/run_result.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {

/// The place that the environment gives this process; nullopt: it is the only one. Or a sentence
/// for the user.
[[nodiscard]] std::variant<std::optional<ranks::Place>, std::string> own_place();

/// Has nothing of what this process says be seen if it is `load` on another rank than that which
/// speaks for all.
void hush_other_ranks(int argc, const char* const* argv);

/// What cannot be divided among ranks, if it was asked for.
[[nodiscard]] std::optional<std::string> not_for_ranks(const workload::LoadArguments& arguments);

/// Rank 0 says why there is no run, and the others hear that there is none; any other rank has
/// rank 0 say it. Returns the exit code.
[[nodiscard]] int refuse_as_rank(const ranks::Place& place, const std::string& problem);

/// Rank 0: the result of all; or a sentence for the user, which the others have heard.
[[nodiscard]] std::variant<result::RunResult, std::string> lead_load(load::LoadRun& run,
                                                                     const ranks::Place& place, bool quiet);

/// Any other rank. Returns the exit code.
[[nodiscard]] int follow_load(load::LoadRun& run, const ranks::Place& place);

}  // namespace backtalk::cli
