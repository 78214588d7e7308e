// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The tokens that IMAP responses and commands are made of (RFC 3501 4, RFC 9051 4).
///
/// Tokens stand in one flat row, a list before what it holds; `span` leads past a token and all that is
/// inside, so that a tree of any depth is walked without recursion:
///
///     for (const Token& item : children(list)) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"

namespace backtalk::imap {

/// One token. Its text lives as long as the response or command that it is part of. It cannot be copied: what
/// is inside a list stands behind the list's token, where a copy has something else.
struct Token {
  enum class Kind : std::uint8_t {
    atom,      ///< atom or astring: "FETCH", "[Gmail]", "2,4:7"
    number,    ///< digits only, that fit 64 bits
    flag,      ///< "\Seen", "\*": the text has the backslash
    quoted,    ///< the text is what is between the quotes, escapes as sent
    literal,   ///< the octets of a literal
    literal8,  ///< the octets of a literal8, "~{5}" (RFC 3516)
    nil,       ///< NIL in any case; where a string is meant by it, the text has it as sent
    list,      ///< "(" ... ")"
    section,   ///< BODY[...], BINARY[...]: the text is the name, the children are what is in the brackets
    origin,    ///< "<0>" after the bracket: the last child of a section; the text is the number
    raw        ///< the rest of a response code that is not made of tokens, as sent
  };

  Token() noexcept = default;
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  Token(Token&&) noexcept = default;  // for the row that the parser keeps
  Token& operator=(Token&&) noexcept = default;
  ~Token() = default;

  std::string_view text;     ///< empty for lists, and for a literal that was given in pieces
  std::uint64_t offset = 0;  ///< of its first byte, from the start of the stream
  std::uint32_t span = 1;    ///< how many tokens of the row it takes, with what is inside it
  Kind kind = Kind::atom;
  bool escaped = false;   ///< quoted: the text holds backslashes to be taken off; see `append_text`
  bool streamed = false;  ///< literal: its octets were given in pieces before

  /// string = quoted / literal
  [[nodiscard]] constexpr bool is_string() const noexcept {
    return kind >= Kind::quoted && kind <= Kind::literal8;
  }
  /// nstring = string / nil
  [[nodiscard]] constexpr bool is_nstring() const noexcept {
    return kind >= Kind::quoted && kind <= Kind::nil;
  }
  /// astring = 1*ASTRING-CHAR / string. NIL and digits are astrings where one is meant.
  [[nodiscard]] constexpr bool is_astring() const noexcept { return kind <= Kind::number || is_nstring(); }
  [[nodiscard]] constexpr bool is_list() const noexcept { return kind == Kind::list; }
  [[nodiscard]] constexpr bool is_nil() const noexcept { return kind == Kind::nil; }
  [[nodiscard]] constexpr bool is_number() const noexcept { return kind == Kind::number; }

  /// The value of a number; 0 for any other kind.
  [[nodiscard]] std::uint64_t number() const noexcept;

  /// True where it is an atom, number or flag with this text, without regard to case.
  [[nodiscard]] bool is_word(std::string_view word) const noexcept {
    return text.size() == word.size() && kind <= Kind::flag && spells(word);
  }

  /// Appends the text, without the escapes of a quoted string. Linear in the text.
  void append_text(std::string& out) const;

 private:
  // Whether the text, which is as long, is the word, without regard to case.
  [[nodiscard]] bool spells(std::string_view word) const noexcept;
};

/// A row of tokens that stand beside each other, without those inside them.
class Siblings {
 public:
  class Iterator {
   public:
    using value_type = Token;
    using reference = const Token&;
    using pointer = const Token*;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    constexpr Iterator() noexcept = default;
    explicit constexpr Iterator(const Token* at) noexcept : at_(at) {}
    constexpr reference operator*() const noexcept { return *at_; }
    constexpr pointer operator->() const noexcept { return at_; }
    constexpr Iterator& operator++() noexcept {
      at_ += at_->span;
      return *this;
    }
    constexpr Iterator operator++(int) noexcept {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    const Token* at_ = nullptr;
  };

  constexpr Siblings() noexcept = default;
  constexpr Siblings(const Token* first, const Token* last) noexcept : first_(first), last_(last) {}
  explicit constexpr Siblings(std::span<const Token> row) noexcept
      : first_(row.data()), last_(row.data() + row.size()) {}

  [[nodiscard]] constexpr Iterator begin() const noexcept { return Iterator{first_}; }
  [[nodiscard]] constexpr Iterator end() const noexcept { return Iterator{last_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return first_ == last_; }
  /// The first of them. Not to be called where there is none.
  [[nodiscard]] constexpr const Token& front() const noexcept {
    BACKTALK_EXPECT(!empty());
    return *first_;
  }
  /// Those after the first. Not to be called where there is none.
  [[nodiscard]] constexpr Siblings rest() const noexcept {
    BACKTALK_EXPECT(!empty());
    return {first_ + first_->span, last_};
  }
  /// All tokens of the row, those inside lists included.
  [[nodiscard]] constexpr std::span<const Token> row() const noexcept {
    return {first_, static_cast<std::size_t>(last_ - first_)};
  }
  /// How many stand beside each other. Linear.
  [[nodiscard]] constexpr std::size_t count() const noexcept {
    std::size_t found = 0;
    for (const Token* at = first_; at != last_; at += at->span) ++found;
    return found;
  }

 private:
  const Token* first_ = nullptr;
  const Token* last_ = nullptr;
};

/// What is inside a list or section; nothing for any other token.
[[nodiscard]] constexpr Siblings children(const Token& parent BACKTALK_LIFETIMEBOUND) noexcept {
  return {&parent + 1, &parent + parent.span};
}
Siblings children(const Token&& parent) = delete;

}  // namespace backtalk::imap
