// SPDX-License-Identifier: Apache-2.0 OR MIT
// Names and values alternating: where a name's value is missing, and the next name follows.
#pragma once

#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

// True if `token`, which stands where a value should and ends before `last`, is rather the name of
// the next pair.
//
// `known`: the name before it is one whose values have another form. Then a known name is one, and
// so is any word that something other than a word follows, as a value follows a name. Behind an
// unknown name only a known name that a value follows counts, because its value may be a word.
template <class NamesPair>
[[nodiscard]] bool value_is_missing(const Token& token, const Token* last, bool known, NamesPair names_pair) {
  const auto is_word = [](const Token& one) {
    return one.kind == Token::Kind::atom || one.kind == Token::Kind::section;
  };
  if (!is_word(token)) return false;
  const Token* const next = &token + token.span;
  const bool value_follows = next != last && !is_word(*next);
  if (names_pair(token)) return known || value_follows;
  const char first = token.text.empty() ? '-' : token.text.front();
  const bool like_a_number = first == '-' || first == '+' || (first >= '0' && first <= '9');
  return known && value_follows && !like_a_number;
}

// The pairs without a name at the end that has no value.
[[nodiscard]] inline Siblings whole_pairs(Siblings pairs) {
  const Token* const first = pairs.row().data();
  const Token* end = first;
  for (auto at = pairs.begin(); at != pairs.end(); ++at) {
    if (++at == pairs.end()) break;
    end = &*at + at->span;
  }
  return {first, end};
}

}  // namespace backtalk::imap
