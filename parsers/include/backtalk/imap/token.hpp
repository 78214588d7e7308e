// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The tokens that IMAP responses and commands are made of (RFC 3501 4, RFC 9051 4).
///
/// Tokens form one flat array, in which a list precedes its elements. Adding `span` skips a token
/// with everything inside it, so a tree of any depth can be traversed without recursion:
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

namespace backtalk::imap {

/// One token. Its text is valid as long as the response or command that it is part of. It cannot be
/// copied: the elements of a list follow the list's token in memory, which a copy would not have.
struct Token {
  enum class Kind : std::uint8_t {
    atom,      ///< atom or astring: "FETCH", "[Gmail]", "2,4:7"
    number,    ///< digits only, that fit 64 bits
    flag,      ///< "\Seen", "\*": the text has the backslash
    quoted,    ///< the text is what is between the quotes, escapes as sent
    literal,   ///< the octets of a literal
    literal8,  ///< the octets of a literal8, "~{5}" (RFC 3516)
    nil,       ///< NIL in any case; the text has it as sent, for places where it is a string
    list,      ///< "(" ... ")"
    section,   ///< BODY[...], BINARY[...]: text is the name, children are inside the brackets
    origin,    ///< "<0>" after the bracket: the last child of a section; the text is the number
    raw        ///< the rest of a response code that does not consist of tokens, as sent
  };

  Token() noexcept = default;
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  Token(Token&&) noexcept = default;  // for the parser's array
  Token& operator=(Token&&) noexcept = default;
  ~Token() = default;

  std::string_view text;     ///< empty for lists, and for a literal that was returned in pieces
  std::uint64_t offset = 0;  ///< of its first byte, from the start of the stream
  std::uint32_t span = 1;    ///< its tokens in the array, with everything inside it
  Kind kind = Kind::atom;
  bool escaped = false;   ///< quoted: the text has escapes, or doubled quotes; see `append_text`
  bool streamed = false;  ///< literal: its octets were returned in pieces before
  /// list: a space precedes it. The grammar has one between most lists, and none between the parts
  /// of a multipart and between addresses.
  bool after_space = false;

  /// string = quoted / literal
  [[nodiscard]] constexpr bool is_string() const noexcept {
    return kind >= Kind::quoted && kind <= Kind::literal8;
  }
  /// nstring = string / nil
  [[nodiscard]] constexpr bool is_nstring() const noexcept {
    return kind >= Kind::quoted && kind <= Kind::nil;
  }
  /// astring = 1*ASTRING-CHAR / string
  ///
  /// NIL and digits count, because they are astrings where the grammar has one.
  [[nodiscard]] constexpr bool is_astring() const noexcept { return kind <= Kind::number || is_nstring(); }
  [[nodiscard]] constexpr bool is_list() const noexcept { return kind == Kind::list; }
  [[nodiscard]] constexpr bool is_nil() const noexcept { return kind == Kind::nil; }
  [[nodiscard]] constexpr bool is_number() const noexcept { return kind == Kind::number; }

  /// The value of a number; 0 for any other kind.
  [[nodiscard]] std::uint64_t number() const noexcept;

  /// True for an atom, number or flag with this text, ignoring case.
  [[nodiscard]] bool is_word(std::string_view word) const noexcept {
    return text.size() == word.size() && kind <= Kind::flag && spells(word);
  }

  /// Appends the text, without the escapes of a quoted string. Linear in the text.
  void append_text(std::string& out) const;

 private:
  // True if the text, which has the same length, is the word, ignoring case.
  [[nodiscard]] bool spells(std::string_view word) const noexcept;
};

namespace detail {

constexpr Token make_nil() noexcept {
  Token nil;
  nil.kind = Token::Kind::nil;
  return nil;
}
/// Stands in for a token that is not there.
inline constexpr Token no_token = make_nil();

}  // namespace detail

/// The elements of one list: iterating skips the tokens inside each element.
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
  /// The first element. If there is none, a NIL at offset 0, which is in static storage: whether
  /// there is one is for the peer to decide.
  [[nodiscard]] constexpr const Token& front() const noexcept { return empty() ? detail::no_token : *first_; }
  /// The elements after the first; empty if there is none.
  [[nodiscard]] constexpr Siblings rest() const noexcept {
    return empty() ? *this : Siblings{first_ + first_->span, last_};
  }
  /// All tokens, including those inside lists.
  [[nodiscard]] constexpr std::span<const Token> row() const noexcept {
    return {first_, static_cast<std::size_t>(last_ - first_)};
  }
  /// The number of elements. Linear.
  [[nodiscard]] constexpr std::size_t count() const noexcept {
    std::size_t found = 0;
    for (const Token* at = first_; at != last_; at += at->span) ++found;
    return found;
  }

 private:
  const Token* first_ = nullptr;
  const Token* last_ = nullptr;
};

/// The elements of a list or section; empty for any other token.
[[nodiscard]] constexpr Siblings children(const Token& parent BACKTALK_LIFETIMEBOUND) noexcept {
  return {&parent + 1, &parent + parent.span};
}
Siblings children(const Token&& parent) = delete;

}  // namespace backtalk::imap
