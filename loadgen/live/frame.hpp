// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The live view as lines of text, for a terminal of any size. Figures in, lines out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "live/figures.hpp"
#include "live/line.hpp"

namespace backtalk::live {

struct Size {
  std::size_t columns = 0;
  std::size_t rows = 0;
  friend constexpr bool operator==(const Size&, const Size&) = default;
};

/// The smallest terminal that has a view.
inline constexpr Size kSmallest{.columns = 40, .rows = 12};

[[nodiscard]] constexpr bool has_view(Size size) {
  return size.columns >= kSmallest.columns && size.rows >= kSmallest.rows;
}

/// At least one column and one row remain free, so that no terminal wraps or scrolls. The size has
/// a view.
[[nodiscard]] std::vector<std::string> draw(const Figures& figures, Size size, Look look);

}  // namespace backtalk::live
