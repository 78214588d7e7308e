// SPDX-License-Identifier: Apache-2.0 OR MIT
/// From what the engine counted to a result.
#pragma once

#include <span>
#include <string_view>

#include "result/run_result.hpp"
#include "session/session.hpp"
#include "stats/interval_series.hpp"
#include "stats/tally.hpp"

namespace backtalk::result {

/// What a protocol calls the things that a tally counts by index.
struct Names {
  std::string_view transaction;
  std::span<const std::string_view> commands;
  std::span<const session::Status> statuses;
};

/// Everything but what was asked for and how the run ended: `url`, `protocol`, `workload`,
/// `elapsed_ns` and `interrupted` are the caller's to set. Commands that were never sent are left
/// out.
[[nodiscard]] RunResult from_tally(const stats::Tally& tally, std::span<const stats::IntervalRow> intervals,
                                   const Names& names);

}  // namespace backtalk::result
