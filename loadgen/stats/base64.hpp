// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Base64 (RFC 4648 4), strict: with padding, without line breaks or spaces.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::stats {

[[nodiscard]] std::string to_base64(std::string_view octets);

/// Nothing where the text is not base64, a byte outside the alphabet or wrong padding included.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace backtalk::stats
