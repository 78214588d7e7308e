// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What an SMTP or LMTP server answers (RFC 5321 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backtalk/smtp/enhanced_code.hpp"

namespace backtalk::smtp {

/// One whole reply, of one line or several. All views live until the next call on the parser that gave it.
struct Reply {
  std::uint64_t offset = 0;              ///< of its first byte, from the start of the stream
  std::uint64_t octets = 0;              ///< its length in the stream, line ends included
  std::uint16_t code = 0;                ///< 200 to 559 by the grammar; 0 to 999 with tolerate::any_code
  std::optional<EnhancedCode> enhanced;  ///< of the first line, where it has one
  /// The text of each line, at least one, without reply code, separator, enhanced code and line end. The
  /// enhanced code is taken off every line that carries the same one; without one on the first line, off
  /// none.
  std::span<const std::string_view> lines;

  /// The class of the reply: 2 done, 3 go on, 4 not now, 5 no (RFC 5321 4.2.1).
  [[nodiscard]] constexpr unsigned klass() const noexcept { return code / 100U; }
  /// 2xx: the command was carried out.
  [[nodiscard]] constexpr bool positive() const noexcept { return klass() == 2; }
};

}  // namespace backtalk::smtp
