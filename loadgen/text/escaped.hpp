// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Octets as text: `\r`, `\n`, `\t`, `\\`, and `\xHH` for whatever else cannot be seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::text {

[[nodiscard]] std::string escape(std::string_view octets);

/// The same between quotation marks: one within is `\"`.
[[nodiscard]] std::string quote(std::string_view octets);

/// The octets that `text` stands for; nullopt if a backslash in it begins nothing of the above.
[[nodiscard]] std::optional<std::string> unescape(std::string_view text);

}  // namespace backtalk::text
