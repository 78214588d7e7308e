// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Durations as people write them: "10s", "250ms", "1.5m", "100us"; a bare number is in seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::text {

/// Returns nanoseconds; nullopt if the text is not a duration or is more than a week.
[[nodiscard]] std::optional<std::uint64_t> read_duration(std::string_view text);

/// Returns the duration in the largest of s, ms, us and ns that gives a whole number: "10s",
/// "1500ms", "0s".
[[nodiscard]] std::string show_duration(std::uint64_t ns);

}  // namespace backtalk::text
