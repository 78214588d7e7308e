// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A limit to how B compares with A: `--fail-if 'p99>1.05'`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

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

/// Returns a sentence if the whole interval of some side lies beyond the limit, or if the metric
/// was not compared: a limit that nobody looked at is not kept.
[[nodiscard]] std::optional<std::string> crossed(const Limit& limit, const Comparison& comparison);

}  // namespace backtalk::compare
