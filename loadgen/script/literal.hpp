// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a line of IMAP ends with if a literal follows (RFC 9051 4.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::script {

struct LiteralMark {
  enum class Kind : std::uint8_t {
    octets,   ///< "{310}", "{310+}", and both behind "~"
    line,     ///< "{*}": the next line, whatever its octets
    message,  ///< "{message}": the run's message
    escaped   ///< "{{310}": the octets would go out as those of a literal, with none to follow
  };
  Kind kind = Kind::octets;
  std::size_t at = 0;        ///< of the text before it
  std::uint64_t octets = 0;  ///< of Kind::octets
};

/// nullopt: no literal follows.
[[nodiscard]] std::optional<LiteralMark> find_literal_mark(std::string_view line);

}  // namespace backtalk::script
