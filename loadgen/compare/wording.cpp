// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/wording.hpp"

#include <fmt/format.h>

#include <cmath>

namespace backtalk::compare {

std::string_view word_of(Word word) {
  switch (word) {
    case Word::b_lower: return "b-lower";
    case Word::b_higher: return "b-higher";
    case Word::same_within: return "same-within";
    case Word::no_difference_shown: break;
  }
  return "no-difference-shown";
}

std::string show_change(double ratio) {
  return fmt::format("{:+.1f} %", (ratio - 1) * 100);
}

std::string show_interval(const Finding& found) {
  if (!std::isfinite(found.high)) return "-";
  return fmt::format("{} to {}", show_change(found.low), show_change(found.high));
}

std::string show_verdict(const Finding& found, std::string_view b, std::optional<double> same_within,
                         std::string_view runs) {
  switch (found.word) {
    case Word::b_lower: return fmt::format("{} is lower", b);
    case Word::b_higher: return fmt::format("{} is higher", b);
    case Word::same_within: return fmt::format("the same within {:g} %", same_within.value_or(0) * 100);
    case Word::no_difference_shown: break;
  }
  if (!found.resolution) return fmt::format("no difference shown: too few {} for so many metrics", runs);
  return fmt::format("no difference shown (it would take {:.{}f} % or more)", *found.resolution * 100,
                     *found.resolution < 0.1 ? 1 : 0);
}

}  // namespace backtalk::compare
