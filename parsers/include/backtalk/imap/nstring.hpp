// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A string or NIL, as IMAP's typed decoders return it.
#pragma once

#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

/// nstring = string / nil
///
/// A view of a token, valid as long as its response. The octets are as the server sent them: the
/// encoded words of RFC 2047 ("=?utf-8?Q?...?=") are not decoded, nor is modified UTF-7.
class NString {
 public:
  constexpr NString() noexcept = default;
  explicit constexpr NString(const Token& token BACKTALK_LIFETIMEBOUND) noexcept : token_(&token) {}

  /// True for NIL, and without a token.
  [[nodiscard]] constexpr bool is_nil() const noexcept { return token_ == nullptr || token_->is_nil(); }

  /// The text as sent: a quoted string keeps its escapes, NIL is empty. See `to_string`.
  [[nodiscard]] constexpr std::string_view raw() const noexcept {
    return is_nil() ? std::string_view{} : token_->text;
  }

  /// True if `raw` contains escapes.
  [[nodiscard]] constexpr bool escaped() const noexcept { return token_ != nullptr && token_->escaped; }

  /// Appends the text without escapes. NIL appends nothing.
  void append_to(std::string& out) const {
    if (!is_nil()) token_->append_text(out);
  }

  /// The text without escapes; empty for NIL.
  [[nodiscard]] std::string to_string() const {
    std::string text;
    append_to(text);
    return text;
  }

  /// The token itself; null if there is none.
  [[nodiscard]] constexpr const Token* token() const noexcept { return token_; }

 private:
  const Token* token_ = nullptr;
};

}  // namespace backtalk::imap
