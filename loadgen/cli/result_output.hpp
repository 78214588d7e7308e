// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where a verb's result goes: to the files of --json and --html, to standard output for people,
/// and what failed to standard error.
#pragma once

#include <string>
#include <string_view>

#include "report/failures.hpp"

namespace backtalk::cli {

class ResultOutput {
 public:
  /// All of them outlive this. `html_file`: of a result that html/saved_page.hpp can show; empty if
  /// no page is asked for, or if the verb writes it.
  ResultOutput(const char* verb, const std::string& json_file, bool quiet, std::string_view html_file = {})
      : verb_(verb), json_file_(json_file), html_file_(html_file), quiet_(quiet) {}

  /// True unless --quiet was given, or JSON or the page goes to standard output.
  [[nodiscard]] bool has_summary() const { return !quiet_ && json_file_ != "-" && html_file_ != "-"; }
  /// Writes the JSON, its page and the summary, each of them even if another cannot be written.
  /// Returns 0, or the exit code if something is lost.
  [[nodiscard]] int write(const std::string& json, const std::string& summary) const;
  /// Has standard error say what failed, but for what the user has just read in the summary.
  /// Returns the exit code: 1, or 0 if nothing failed.
  [[nodiscard]] int complain(const report::Failures& failures) const;

 private:
  const char* verb_;
  const std::string& json_file_;
  std::string_view html_file_;
  bool quiet_;
};

}  // namespace backtalk::cli
