// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Results that `load --json` has saved, compared later.
///
/// Nobody has interleaved their runs: whatever the machine did differently meanwhile counts as a
/// difference between the sides. So the runs form no pairs, and what is shown holds for these runs,
/// not for what was run.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/metrics.hpp"
#include "compare/rank_sum.hpp"
#include "result/run_result.hpp"

namespace backtalk::compare {

/// The most results that a side may have.
inline constexpr std::size_t kSavedMax = kGroupMax;

/// A result, without what takes most of its memory.
struct SavedRun {
  std::string file;
  std::string url;
  std::string protocol;
  std::string transaction;
  result::Workload workload;
  Run run;
  /// The first reason for which the result is not valid.
  std::optional<Repeat> invalid;
};

struct SavedSide {
  std::string name;
  std::vector<SavedRun> runs;  ///< at least one
};

struct SavedTerms {
  const Metric* primary = nullptr;
  std::optional<double> same_within = std::nullopt;
  /// Compare runs of different workloads.
  bool any_workload = false;
};

/// Reads what `file` contains: one result, or those of `load --repeat`. Returns a sentence for the
/// user, which names the file, if it is anything else.
[[nodiscard]] std::variant<std::vector<SavedRun>, std::string> read_saved(const std::string& file,
                                                                          std::string_view text);

/// At least two sides. A sentence for the user if they cannot be compared: a run is given twice, or
/// the workloads differ.
[[nodiscard]] std::variant<Comparison, std::string> compare_saved(std::vector<SavedSide> sides,
                                                                  const SavedTerms& terms);

}  // namespace backtalk::compare
