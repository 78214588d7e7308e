// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Rows of text in columns.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace backtalk::text {

struct Column {
  std::size_t width = 0;  ///< at least
  bool right = false;     ///< its cells end below one another
};

/// One cell for each column.
using Row = std::vector<std::string>;

/// Each column is as wide as its widest cell, so that two never run together. Cells are UTF-8, and
/// each code point counts as one column of the terminal: "≥ 1.00 s" has eight.
void lay_out(std::span<const Row> rows, std::span<const Column> columns, std::string& out);

}  // namespace backtalk::text
