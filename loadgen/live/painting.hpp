// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Lines on a terminal, again and again in the same place, by the few sequences of ECMA-48 that
/// every terminal knows.
///
/// Between two paintings the cursor stands where the lines begin. So each is independent of the one
/// before: nothing has to be known of what a terminal does to old lines when its size changes, or
/// of what a shell has written while the program was stopped. The cursor is hidden only within a
/// painting.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace backtalk::live {

/// Removes the lines, and all that stands below them. The colours and the cursor are put back, too:
/// of a painting that is still under way Ctrl-C makes the terminal drop the rest.
inline constexpr std::string_view kErase = "\x1b[0m\r\x1b[J\x1b[?25h";

/// The lines where the cursor is, in place of what was there. They must be narrower than the
/// terminal, and fewer than it has rows.
[[nodiscard]] std::string paint(std::span<const std::string> lines);

}  // namespace backtalk::live
