// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Base64 (RFC 4648 section 4), strict: padding is required, line breaks and spaces are errors, and
/// so are bits behind the last octet that are not zero, so that no two texts say the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::session {

/// How long the text of that many octets is.
[[nodiscard]] constexpr std::size_t base64_letters(std::size_t octets) noexcept {
  return (octets + 2) / 3 * 4;
}

/// Replaces `text` by the octets in base64. Allocates only if `text` has to grow.
void write_base64(std::string_view octets, std::string& text);

/// Replaces `octets` by what the text stands for. Returns false, and leaves `octets` empty, if the
/// text is not base64. Allocates only if `octets` has to grow, to three quarters of the text at
/// most.
[[nodiscard]] bool read_base64(std::string_view text, std::string& octets);

[[nodiscard]] std::string to_base64(std::string_view octets);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace backtalk::session
