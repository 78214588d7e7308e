// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/painting.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace backtalk::live {
namespace {

constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kEraseToEnd = "\x1b[K";
constexpr std::string_view kEraseBelow = "\x1b[J";

}  // namespace

std::string paint(std::span<const std::string> lines) {
  if (lines.empty()) return std::string(kErase);
  std::string out(kHideCursor);
  out.append(kPlain).append("\r");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\r\n";
    out.append(lines[i]).append(kEraseToEnd);
  }
  out += kEraseBelow;
  if (lines.size() > 1) out += fmt::format("\x1b[{}A", lines.size() - 1);
  return out.append("\r").append(kShowCursor);
}

}  // namespace backtalk::live
