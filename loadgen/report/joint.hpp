// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Loads beside each other: whether their results hold, alone and together, and how a person reads
/// them.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/failures.hpp"
#include "report/threshold.hpp"
#include "result/joint_result.hpp"

namespace backtalk::report {

/// Judges each load (report/verdict.hpp), and adds `mix-off` where failures or a rate that was not
/// reached have made another mix of them than the one that was asked for. The sentences of a load
/// stand behind its name.
[[nodiscard]] result::JointStep judge_jointly(
    double at, std::vector<std::pair<std::string, result::RunResult>>&& results, bool required = true);

/// First what is wrong, then how each rule fared at each share, then a row for each load at each
/// share.
[[nodiscard]] std::string summarize(const result::JointResult& joint);

/// The loads of a step in full, one after the other, and the shares that they had of all.
[[nodiscard]] std::string show_details(const result::JointStep& step);

/// Why the program ends with 1. With limits of --fail-if, a step whose verdict is not valid is a
/// reason, as it is for a single run.
[[nodiscard]] Failures failures_of(const result::JointResult& joint, std::span<const Threshold> limits);

}  // namespace backtalk::report
