// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What loads beside each other have come to, once for each share of their rates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::result {

struct JointSide {
  std::string name;
  RunResult result;
  Verdict verdict;  ///< of this load alone
  /// Its share of all transactions: by the rates that were asked for (0 if not all loads have one),
  /// and as they completed.
  double asked_share = 0;
  double run_share = 0;

  [[nodiscard]] bool meets_rules() const { return std::ranges::all_of(verdict.objectives, &Objective::met); }
};

struct JointStep {
  double at = 1;  ///< of the rates
  /// False: what is missed or fails at this share is shown, and fails nothing.
  bool required = true;
  std::vector<JointSide> sides = {};
  Verdict verdict = {};  ///< the reasons of all sides, and of the step

  [[nodiscard]] bool meets_rules() const { return std::ranges::all_of(sides, &JointSide::meets_rules); }
  /// The reasons of the step alone, which come last.
  [[nodiscard]] std::span<const Reason> own_reasons() const {
    std::size_t of_sides = 0;
    for (const JointSide& side : sides) of_sides += side.verdict.reasons.size();
    return std::span(verdict.reasons).subspan(of_sides);
  }
};

/// A share at which the loads could not all be run. Those that were are a step.
struct JointProblem {
  double at = 1;
  std::string sentence;
};

struct JointResult {
  std::vector<JointStep> steps;
  std::size_t shares_asked = 1;  ///< after Ctrl-C there are fewer steps
  bool interrupted = false;
  std::optional<JointProblem> problem = std::nullopt;

  [[nodiscard]] bool ran_all() const { return !problem && steps.size() >= shares_asked; }
  /// At all shares that are required.
  [[nodiscard]] bool meets_rules() const {
    return ran_all() && std::ranges::all_of(
                            steps, [](const JointStep& one) { return !one.required || one.meets_rules(); });
  }
  [[nodiscard]] bool valid() const {
    return ran_all() && std::ranges::all_of(
                            steps, [](const JointStep& one) { return !one.required || one.verdict.valid(); });
  }
};

/// As JSON text: schema `backtalk.joint/1` (docs/joint.schema.json).
[[nodiscard]] std::string to_json(const JointResult& joint);

}  // namespace backtalk::result
