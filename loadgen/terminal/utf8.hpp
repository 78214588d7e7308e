// SPDX-License-Identifier: Apache-2.0 OR MIT
/// UTF-8 to the wide characters of libedit and back (RFC 3629).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace backtalk::terminal {

struct Decoded {
  enum class Kind : unsigned char { character, incomplete, invalid };
  Kind kind = Kind::incomplete;
  wchar_t character = 0;
  std::size_t octets = 0;  ///< of the character, or of what is invalid
};

/// What the octets begin with.
[[nodiscard]] Decoded decode(std::string_view octets);

[[nodiscard]] std::wstring wide(std::string_view text);  ///< without what is invalid
[[nodiscard]] std::string narrow(std::wstring_view text);

}  // namespace backtalk::terminal
