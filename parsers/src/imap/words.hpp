// SPDX-License-Identifier: Apache-2.0 OR MIT
// A name of several words that a server has not quoted.
#pragma once

#include <algorithm>
#include <string_view>

#include "backtalk/imap/response.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

// The tokens from `first` to before `last` of a response as they were sent; empty if one of them is
// not a word, or if the response is not a single line: then their texts may have been copied apart.
[[nodiscard]] inline std::string_view words_as_sent(const Response& response, const Token* first,
                                                    const Token* last) {
  const auto is_literal = [](const Token& token) {
    return token.kind == Token::Kind::literal || token.kind == Token::Kind::literal8;
  };
  const auto is_word = [](const Token& token) { return token.kind <= Token::Kind::flag || token.is_nil(); };
  if (std::ranges::any_of(response.data, is_literal) || !std::all_of(first, last, is_word)) return {};
  const std::string_view end = last[-1].text;
  return {first->text.data(), static_cast<std::size_t>(end.data() + end.size() - first->text.data())};
}

}  // namespace backtalk::imap
