// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where the cursor is on a terminal behind a text that libedit shows.
#pragma once

#include <cstddef>
#include <string_view>

namespace backtalk::terminal {

/// How many rows of a terminal with so many columns are above the cursor, if the text begins in the
/// first column of one. A character that does not fit into its row begins the next, and the cursor
/// goes there as soon as the row is full.
[[nodiscard]] std::size_t rows_above(std::wstring_view text, std::size_t columns);

}  // namespace backtalk::terminal
