// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whole numbers as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::text {

/// Returns the number written in `text`; nullopt if it has anything but digits, does not fit in 64
/// bits, or begins with a superfluous 0, which could be meant as octal.
[[nodiscard]] std::optional<std::uint64_t> read_whole_number(std::string_view text);

}  // namespace backtalk::text
