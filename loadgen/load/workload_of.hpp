// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What was asked of a run, as its result has it.
#pragma once

#include <span>

#include "engine/client_plan.hpp"
#include "load/job.hpp"
#include "options/option_spec.hpp"
#include "result/run_result.hpp"

namespace backtalk::load {

/// Of this process: its share of the divided options, such as sessions and rate. Those of all parts
/// add up to what the options ask for, a rate to the millionth. `own` are the options of the
/// protocol alone.
[[nodiscard]] result::Workload workload_of(const Job& job, const engine::ClientPlan& plan,
                                           std::span<const options::OptionGroup> own);

/// This process's share of a rate, in whole millionths.
[[nodiscard]] double share_of_rate(double rate, const engine::Share& share);

}  // namespace backtalk::load
