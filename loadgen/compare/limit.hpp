// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A limit to how B compares with A: `--fail-if 'p99>1.05'`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compare/comparison.hpp"

namespace backtalk::compare {

struct Limit {
  std::string text;  ///< as the user wrote it
  const Metric* metric = nullptr;
  bool above = true;  ///< true: crossed if B over A is above the value; false: below
  double ratio = 1;
};

/// Returns the limit, or a sentence for the user.
[[nodiscard]] std::variant<Limit, std::string> read_limit(std::string_view text);

/// A sentence for each limit that is crossed: the whole interval of some side lies beyond it, and
/// the p value of that, after Holm's correction over all limits and sides, is at most the level. So
/// the limits of equal sides are crossed in as few comparisons as that of one. A limit is also
/// crossed if its metric was not compared, or if so few runs could not have crossed it: one that
/// nobody could judge is not kept.
[[nodiscard]] std::vector<std::string> crossed(std::span<const Limit> limits, const Comparison& comparison);

}  // namespace backtalk::compare
