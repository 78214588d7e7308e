// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/columns.hpp"

#include <algorithm>
#include <string_view>

namespace backtalk::text {
namespace {

std::size_t width_of(std::string_view cell) {
  constexpr auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return cell.size() - static_cast<std::size_t>(std::ranges::count_if(cell, continues));
}

}  // namespace

void lay_out(std::span<const Row> rows, std::span<const Column> columns, std::string& out) {
  constexpr std::string_view kBetween = "  ";
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    widths.push_back(columns[i].width);
    for (const Row& row : rows) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line.append(kBetween);
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      line.append(columns[i].right ? padding + row[i] : row[i] + padding);
    }
    out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
}

}  // namespace backtalk::text
