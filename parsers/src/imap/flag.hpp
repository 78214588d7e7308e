// SPDX-License-Identifier: Apache-2.0 OR MIT
// A flag, or an attribute of a mailbox, also where a server quotes it.
#pragma once

#include <string_view>

#include "ascii.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

// True for a string that can be a flag (tolerate::quoted_flags).
[[nodiscard]] inline bool is_quoted_flag(const Token& token) {
  return token.is_string() && !token.text.empty();
}

// True if the text, without the escapes of a quoted string, is `name`, ignoring case.
[[nodiscard]] inline bool spells_flag(const Token& token, std::string_view name) {
  if (!token.escaped) return ascii::equals(token.text, name);
  std::size_t spelled = 0;
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    if (token.text[i] == '\\' && i + 1 < token.text.size() &&
        (token.text[i + 1] == '\\' || token.text[i + 1] == '"')) {
      ++i;
    }
    if (spelled == name.size() || ascii::lower(token.text[i]) != ascii::lower(name[spelled])) return false;
    ++spelled;
  }
  return spelled == name.size();
}

}  // namespace backtalk::imap
