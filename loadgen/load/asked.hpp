// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What was asked of a run, as its result has it.
#pragma once

#include <span>

#include "engine/client_plan.hpp"
#include "result/run_result.hpp"
#include "workload/load_options.hpp"
#include "workload/option_spec.hpp"

namespace backtalk::load {

/// Of this process: its share of the sessions, transactions and rate. Those of all parts add up to
/// what the options ask for, a rate to the millionth. `own` are the options of the protocol alone.
[[nodiscard]] result::Workload asked(const workload::LoadOptions& options, const engine::ClientPlan& plan,
                                     std::span<const workload::OptionSpec> own);

}  // namespace backtalk::load
