// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/token.hpp"

#include "ascii.hpp"

namespace backtalk::imap {

std::uint64_t Token::number() const noexcept {
  if (kind != Kind::number) return 0;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

bool Token::spells(std::string_view word) const noexcept {
  return text == word || ascii::equals(text, word);  // usually it has the case of the RFC
}

void Token::append_text(std::string& out) const {
  if (!escaped) {
    out.append(text);
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    // A backslash at the end, or before a character that needs none, stands for itself
    // (tolerate::loose_escapes). A quote that is not escaped may be doubled instead
    // (tolerate::unescaped_quotes).
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escape = (text[i] == '\\' && (next == '\\' || next == '"')) || (text[i] == '"' && next == '"');
    out.push_back(text[escape ? ++i : i]);
  }
}

}  // namespace backtalk::imap
