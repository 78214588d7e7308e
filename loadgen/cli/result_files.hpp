// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The files that a result can be written to, for people and for other programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::cli {

/// Paths; "-" is standard output, and empty means that it was not asked for.
struct ResultFiles {
  std::string json;
  std::string csv = {};
  std::string hdr = {};
  std::string open_metrics = {};
  std::string google_benchmark = {};
  std::string html = {};

  /// A sentence if one of them cannot be written, or if two go to the same place.
  [[nodiscard]] std::optional<std::string> check() const;

  /// True if one of them is standard output: nothing else may be written there.
  [[nodiscard]] bool has_standard_output() const;

  /// A sentence if writing one of them would destroy one of the files that are `read`.
  [[nodiscard]] std::optional<std::string> check_apart_from(const std::vector<std::string>& read) const;

  /// Writes all but JSON and HTML. Returns 0, or the exit code if one is lost, which standard error
  /// names.
  [[nodiscard]] int write_others(const char* verb, const result::RunResult& result,
                                 const result::Verdict& verdict) const;
};

}  // namespace backtalk::cli
