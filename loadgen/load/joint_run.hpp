// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Several loads beside each other, each with its server, its protocol and its rate: what SMTP
/// delivers is what POP3 fetches meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "result/run_result.hpp"

namespace backtalk::load {

struct JointLoad {
  std::string name;
  Job job;
  Terms terms;
};

/// The same loads with their rates multiplied. Those in closed loop have none, and stay as they
/// are.
[[nodiscard]] std::vector<JointLoad> at_share(std::span<const JointLoad> loads, double share);

struct JointRun {
  /// In the order of the loads; nullopt: that one has none, and `problem` says why.
  std::vector<std::optional<result::RunResult>> results;
  /// About the first load that could not be run, behind its name.
  std::optional<std::string> problem;
};

/// Opens the sessions of all of them and starts their clocks at one instant. If one of them cannot
/// begin, none does. `stop` is asked several times a second whether to end all of them early.
///
/// Each draws random numbers of its own: with the seed of the first, arrivals of all of them would
/// come in the same bursts.
[[nodiscard]] JointRun run_jointly(std::span<const JointLoad> loads, const std::function<bool()>& stop);

}  // namespace backtalk::load
