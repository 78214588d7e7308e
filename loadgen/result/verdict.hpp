// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a reader of a result must know. The rules are report/verdict.hpp's; a saved result holds
/// the verdict for its readers, and whoever reads it again judges it again.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::result {

/// Why a result must not be read as the server's performance at what was asked.
struct Reason {
  std::string_view code;  ///< such as "generator-bound"; docs/load-json.md lists them. Static storage
  std::string sentence;   ///< with its figures and what to change
  bool fails = false;     ///< the run did not do what was asked: exit status 1
  std::vector<std::pair<std::string_view, double>> evidence;
};

struct Verdict {
  std::vector<Reason> reasons;     ///< the most important first; none: the result is valid
  std::vector<std::string> notes;  ///< what a reader must know although the result holds

  [[nodiscard]] bool valid() const { return reasons.empty(); }
};

}  // namespace backtalk::result
