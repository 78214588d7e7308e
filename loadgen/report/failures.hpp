// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The reasons for exit status 1, as sentences.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/threshold.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

struct Failure {
  std::string sentence;
  bool in_summary = true;  ///< the summary says it too
};

/// Several runs share one list. `about` is put before each sentence and names its run, such as
/// "run 3: ".
class Failures {
 public:
  /// A reason that fails the run; others do not.
  void add(const result::Reason& reason, std::string_view about = {});
  /// A rule of --slo that was not met.
  void add(const result::Objective& rule, std::string_view about = {});
  /// Everything in the verdict that fails the run.
  void add(const result::Verdict& verdict, std::string_view about = {});
  void add(std::string_view sentence, std::string_view about = {});
  /// A limit of --fail-if that was crossed. The summary does not mention those.
  void add_crossed(std::string_view sentence, std::string_view about = {});
  /// All limits that the result crosses.
  void add_crossed(std::span<const Threshold> limits, const result::RunResult& result,
                   std::string_view about = {});

  [[nodiscard]] std::span<const Failure> all() const { return all_; }

 private:
  std::vector<Failure> all_;
};

}  // namespace backtalk::report
