// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Turns the engine's counts into a result.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "result/run_result.hpp"
#include "session/session.hpp"
#include "stats/interval_series.hpp"
#include "stats/tally.hpp"
#include "workload/expected_answer.hpp"
#include "workload/mix.hpp"

namespace backtalk::result {

/// One of several targets.
struct TargetName {
  std::string url;
  std::uint64_t weight = 1;
  std::size_t addresses = 1;  ///< how many of Names::addresses are its own, behind those before it
};

/// The protocol's names for what a tally counts by index.
struct Names {
  std::string_view transaction;
  std::span<const std::string_view> commands;
  std::span<const session::Status> statuses;
  std::span<const workload::MixedPass> mix = {};            ///< as many as the tally has passes
  std::span<const workload::ExpectedAnswer> expected = {};  ///< in the order of the script's lines
  std::span<const std::string> addresses = {};              ///< as many as the tally has
  std::span<const std::string> sources = {};                ///< likewise
  std::span<const TargetName> targets = {};                 ///< likewise
};

/// Of a run in which sessions arrive by the clock.
[[nodiscard]] Sessions sessions_of(const stats::Tally& tally);

/// Sets everything but the parameters of the run and how it ended: the caller sets `url`,
/// `protocol`, `workload`, `elapsed_ns`, `interrupted` and `sessions`. Commands that were never
/// sent are left out.
[[nodiscard]] RunResult from_tally(const stats::Tally& tally, std::span<const stats::IntervalRow> intervals,
                                   const Names& names);

}  // namespace backtalk::result
