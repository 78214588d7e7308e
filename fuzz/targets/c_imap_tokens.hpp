// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Tokens in C beside those in C++ of which they are copies.
#pragma once

#include <functional>
#include <span>

#include "backtalk/imap.hpp"
#include "targets/c_mirror.hpp"

namespace backtalk::fuzz {

/// Compares tokens of one response.
class CTokens {
 protected:
  void begin(const backtalk_imap_response& c, const imap::Response& cpp) {
    c_ = c.data;
    cpp_ = cpp.data.data();
    c_code_ = c.code;
    cpp_code_ = cpp.code;
  }

  // Whether the C token is the copy of the C++ one. A NIL stands for one that is elsewhere.
  [[nodiscard]] bool same_token(const backtalk_imap_token* c, const imap::Token* cpp) const {
    if (c == nullptr || cpp == nullptr) return c == nullptr && cpp == nullptr;
    if (c->text.data != nullptr && c->text.size == 0 && cpp->is_nil() && cpp->text.empty()) {
      return c->kind == BACKTALK_IMAP_NIL;
    }
    if (!cpp_code_.empty() && !std::less<>{}(cpp, cpp_code_.data()) &&
        std::less<>{}(cpp, cpp_code_.data() + cpp_code_.size())) {
      return cpp_code_.data() + (c - c_code_) == cpp;
    }
    return cpp_ + (c - c_) == cpp;
  }
  [[nodiscard]] bool same_token(const backtalk_imap_token* c, const imap::NString& cpp) const {
    return same_token(c, cpp.token());
  }
  [[nodiscard]] bool same_tokens(const backtalk_imap_tokens& c, const imap::Siblings& cpp) const {
    const auto row = cpp.row();
    return c.data != nullptr && c.count == row.size() && (row.empty() || same_token(c.data, row.data()));
  }
  [[nodiscard]] static bool same_error(const backtalk_error& c, const Error& cpp) {
    return same(c.word == nullptr ? nullptr : &c, cpp);
  }

  const backtalk_imap_token* c_ = nullptr;
  const imap::Token* cpp_ = nullptr;

 private:
  const backtalk_imap_token* c_code_ = nullptr;
  std::span<const imap::Token> cpp_code_;
};

}  // namespace backtalk::fuzz
