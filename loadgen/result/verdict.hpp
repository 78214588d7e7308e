// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a reader of a result must know. The rules are in report/verdict.hpp. A saved result
/// contains the verdict for people; a program that reads it judges the result again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::result {

/// Why a result must not be taken for the server's performance under the requested load.
struct Reason {
  /// Such as "generator-bound"; docs/load-json.md lists them. Static storage.
  std::string_view code;
  std::string sentence;  ///< with the figures and what to change
  bool fails = false;    ///< the run did not do what was asked: exit status 1
  /// About what one run alone can tell: runs that are compared with each other hold all the same.
  bool of_one_run = false;
  std::vector<std::pair<std::string_view, double>> evidence;
};

/// A rule of --slo, and whether the run met it.
struct Objective {
  std::string rule;  ///< "RETR p95<5s"
  bool met = false;
  bool judged = true;  ///< false: there was too little to judge it by
  /// Of a rule that was not judged: how many there were of what it is about, and how many it needs.
  std::uint64_t samples = 0;
  std::uint64_t needed = 0;
  std::optional<double> measured;  ///< times in ns, shares in per cent; nullopt: nothing was
  std::string shown;               ///< for people: "12.3 ms", or why there is no figure

  [[nodiscard]] std::string_view word() const {
    if (met) return "met";
    return judged ? "MISSED" : "NOT JUDGED";
  }
};

struct Verdict {
  std::vector<Reason> reasons;             ///< the most important first; none: the result is valid
  std::vector<std::string> notes;          ///< what a reader must know although the result holds
  std::vector<Objective> objectives = {};  ///< in the order of the rules

  [[nodiscard]] bool valid() const { return reasons.empty(); }
  /// The first reason for which the run cannot be compared with others; null: it can.
  [[nodiscard]] const Reason* incomparable() const {
    const auto found = std::ranges::find(reasons, false, &Reason::of_one_run);
    return found == reasons.end() ? nullptr : &*found;
  }
};

}  // namespace backtalk::result
