// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Replies of an SMTP or LMTP server (RFC 5321 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backtalk/smtp/enhanced_code.hpp"

namespace backtalk::smtp {

/// One complete reply, of one line or several. All views are valid until the next call on the
/// parser that returned it.
struct Reply {
  std::uint64_t offset = 0;              ///< of its first byte, from the start of the stream
  std::uint64_t octets = 0;              ///< its length in the stream, line ends included
  std::uint16_t code = 0;                ///< 200 to 559; 0 to 999 with tolerate::any_code
  std::optional<EnhancedCode> enhanced;  ///< of the first line, if it has one
  /// The text of each line (at least one), without reply code, separator, enhanced code and line
  /// end. The enhanced code of the first line is removed from every line that repeats it; if the
  /// first line has none, nothing is removed. If the codes differ (tolerate::differing_codes),
  /// `code` and `enhanced` are those of the last line.
  std::span<const std::string_view> lines;

  /// The class of the reply (RFC 5321 4.2.1): 2 success, 3 intermediate, 4 transient failure, 5
  /// permanent failure.
  [[nodiscard]] constexpr unsigned klass() const noexcept { return code / 100U; }
  /// 2xx: the command was carried out.
  [[nodiscard]] constexpr bool positive() const noexcept { return klass() == 2; }
};

}  // namespace backtalk::smtp
