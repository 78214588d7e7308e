// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Base64 (RFC 4648 section 4), strict: padding is required, line breaks and spaces are errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::stats {

[[nodiscard]] std::string to_base64(std::string_view octets);

/// Returns nullopt if the text is not base64: a byte outside the alphabet, or wrong padding.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace backtalk::stats
