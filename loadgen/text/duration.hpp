// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Spans of time as people write them: "10s", "250ms", "1.5m", "100us"; a bare number is seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::text {

/// In nanoseconds; nothing where the text is no span of time, or one of more than a week.
[[nodiscard]] std::optional<std::uint64_t> read_duration(std::string_view text);

}  // namespace backtalk::text
