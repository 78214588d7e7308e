// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Does the result hold what it seems to say?
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/load_result.hpp"

namespace backtalk::report {

/// Why a result must not be read as the server's performance at what was asked.
struct Reason {
  std::string_view code;  ///< of the verdict: "nothing-completed", "generator-bound", "server-lost",
                          ///< "errors", "rate-not-reached"
  std::string sentence;   ///< with its figures and what to change
  bool fails = false;     ///< the run did not do what was asked: exit status 1
  std::vector<std::pair<std::string_view, double>> evidence;
};

/// All that apply, the most important first; "nothing-completed" stands alone.
///
/// `generator-bound` needs at least 100 ms of load: less says nothing about a share of CPU time.
[[nodiscard]] std::vector<Reason> judge(const LoadResult& result);

/// What a reader must know although the result holds: sentences for the summary and for `notes` in the JSON.
[[nodiscard]] std::vector<std::string> notes_on(const LoadResult& result);

}  // namespace backtalk::report
