// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Findings in words and figures.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compare/findings.hpp"

namespace backtalk::compare {

/// As JSON has it: "b-lower".
[[nodiscard]] std::string_view word_of(Word word);

/// 1.048 as "+4.8 %".
[[nodiscard]] std::string show_change(double ratio);

/// "+3.1 % to +6.5 %"; "-" if there is none.
[[nodiscard]] std::string show_interval(const Finding& found);

/// "new is higher". `b` is the name of the second side, and `runs` what there may be too few of.
[[nodiscard]] std::string show_verdict(const Finding& found, std::string_view b,
                                       std::optional<double> same_within, std::string_view runs);

}  // namespace backtalk::compare
