// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Enhanced mail system status codes (RFC 2034, RFC 3463): the "2.1.5" of "250 2.1.5 Ok".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::smtp {

/// class "." subject "." detail
struct EnhancedCode {
  std::uint8_t klass = 0;     ///< 2 success, 4 persistent transient failure, 5 permanent failure
  std::uint16_t subject = 0;  ///< 0 to 999
  std::uint16_t detail = 0;   ///< 0 to 999

  friend constexpr bool operator==(const EnhancedCode&, const EnhancedCode&) = default;
};

/// An enhanced code at the front of a reply line's text, and how many bytes it takes with the space
/// after it.
struct EnhancedCodePrefix {
  EnhancedCode code;
  std::size_t octets = 0;
};

/// The enhanced code that `text` begins with, if there is one. Its class must be 2, 4 or 5 and
/// equal the first digit of `reply_code` (RFC 2034 4), its numbers have no leading zeros (RFC 3463
/// 2), and a space or the end of the line follows. Any other text is just text.
[[nodiscard]] std::optional<EnhancedCodePrefix> find_enhanced_code(std::string_view text,
                                                                   std::uint16_t reply_code) noexcept;

/// "2.1.5"
[[nodiscard]] std::string to_string(const EnhancedCode& code);

}  // namespace backtalk::smtp
