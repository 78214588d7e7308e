// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Lists in sentences.
#pragma once

#include <span>
#include <string>

namespace backtalk::text {

/// "a", "a and b", "a, b and c". Of more than three it names three: "a, b, c and 4 more".
[[nodiscard]] std::string listed(std::span<const std::string> all);

}  // namespace backtalk::text
