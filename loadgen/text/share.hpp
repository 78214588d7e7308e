// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Fractions as people write them: "1%", "0.5 %", "0.01".
#pragma once

#include <optional>
#include <string_view>

namespace backtalk::text {

/// Returns a number from 0 to 1; nullopt if the text is not such a fraction.
[[nodiscard]] std::optional<double> read_share(std::string_view text);

}  // namespace backtalk::text
