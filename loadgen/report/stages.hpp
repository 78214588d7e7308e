// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The stages of an open loop: their figures, and which of them makes the result invalid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// A table with a row for each stage; empty if there are none.
[[nodiscard]] std::string tabulate_stages(const result::RunResult& result);

/// In the second half of a stage, fewer transactions were answered than fell due, by more than the
/// number in flight varies or grows with the rate. Names the first such stage, and the numbers of
/// the others.
[[nodiscard]] std::optional<result::Reason> stage_rate_not_reached(const result::RunResult& result);

/// More than `share_max` of a stage's transactions timed out or were unfinished. What Ctrl-C left
/// unfinished does not count.
[[nodiscard]] std::optional<result::Reason> stage_censored(const result::RunResult& result, double share_max);

/// More than `share_max` of a stage's transactions failed.
[[nodiscard]] std::optional<result::Reason> stage_errors(const result::RunResult& result, double share_max);

/// " (in stage 2)": the stage at this instant of the measured part; empty if there are no stages.
[[nodiscard]] std::string in_stage(const result::RunResult& result, std::uint64_t measured_ns);

}  // namespace backtalk::report
