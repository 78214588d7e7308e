// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Cuts lines of IMAP into tokens, without recursion.
///
/// The layer between the framing and the typed decoders, and of use by itself: what a response, a response
/// code or the arguments of a command consist of, as a flat row of tokens. A line may end in the announcement
/// of a literal; then the caller brings the octets and the row goes on in the next line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap::detail {

/// Turns text into tokens. What it finds wrong is about the content and never about the frame. Not thread
/// safe.
///
/// Memory: `tokens_max` tokens and `depth_max` indexes; nothing is allocated once they have grown to what a
/// stream needs. Time: linear in the text.
class Lexer {
 public:
  /// Who sent the bytes. A client may use "*" and "%" in atoms and "+" in literals.
  enum class Sender : std::uint8_t { server, client };

  /// How a call of `run` ended.
  enum class End : std::uint8_t {
    line,     ///< the text is used up and the row is whole
    literal,  ///< the text ends in the announcement of a literal: the last token, whose text is still empty
    code,     ///< the "]" of a response code: `used()` says where
    error     ///< see `error()`
  };

  Lexer(const Limits& limits, Tolerances tolerances, Sender sender);

  /// Begins a new row; tokens of the row before go away. `in_code`: the text is that of a response code,
  /// after its "[". `sections`: BODY[...] and BINARY[...] are sections here, as in FETCH, and not the names
  /// of mailboxes.
  void begin(bool in_code, bool sections);

  /// Takes a line, or what follows a literal, without line end. The byte at text.data() + text.size() must be
  /// readable (of a line it is the CR or LF, of a std::string the NUL). `offset` is that of the text in the
  /// stream.
  [[nodiscard]] End run(std::string_view text, std::uint64_t offset);

  /// What is wrong. Set when `run` has returned `End::error`; until `begin`.
  [[nodiscard]] const Error& error() const noexcept BACKTALK_LIFETIMEBOUND { return error_; }

  /// How many bytes of the last text were read as tokens.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

  /// The literal that was announced last: its octets, and whether the sender waits for "+ " before it sends
  /// them.
  [[nodiscard]] std::uint64_t literal_octets() const noexcept { return literal_octets_; }
  [[nodiscard]] bool literal_waits() const noexcept { return literal_waits_; }

  /// The row so far. Callers may change the text of tokens, to let it view other memory.
  [[nodiscard]] std::vector<Token>& tokens() noexcept BACKTALK_LIFETIMEBOUND { return tokens_; }
  [[nodiscard]] const std::vector<Token>& tokens() const noexcept BACKTALK_LIFETIMEBOUND { return tokens_; }

  /// Adds a token that was read by other means. False, and an error, where there are too many.
  bool add(Token::Kind kind, std::string_view text, std::uint64_t offset);

 private:
  // What stands before the byte that is looked at; the order matters: up to `open` a value may follow.
  enum class Before : std::uint8_t { nothing, space, open, value, close };

  // Each returns the place after what it took; null, with an error, where that is wrong.
  const char* take_space(const char* at);
  const char* take_open(const char* at);
  const char* take_close(const char* at);
  const char* take_quoted(const char* at);
  const char* take_brace(const char* at, bool binary);
  const char* take_atom(const char* at);
  const char* take_flag(const char* at);
  const char* take_bracket(const char* at);
  const char* take_origin(const char* at);
  const char* take_value(const char* at);
  bool value_may_begin(const char* at);
  bool push(Token::Kind kind, std::string_view text, const char* at);
  void pop();
  void enter(bool bracket);
  const char* refuse(ErrorCode code, const char* at);
  [[nodiscard]] std::uint64_t offset_of(const char* at) const {
    return offset_ + static_cast<std::uint64_t>(at - begin_);
  }
  End finish_text();

  std::size_t tokens_max_;
  std::size_t depth_max_;
  Tolerances tolerances_;
  Sender sender_;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> open_;  // indexes of the lists and sections that are not closed
  Error error_;
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t offset_ = 0;
  std::size_t used_ = 0;
  std::uint64_t literal_octets_ = 0;
  bool literal_waits_ = true;
  bool in_code_ = false;
  bool sections_ = false;
  bool closed_by_bracket_ = false;  // the innermost bracket is "["
  bool literal_announced_ = false;
  std::uint8_t atom_mask_ = 0;        // what an atom holds here
  std::uint8_t plain_atom_mask_ = 0;  // and where "]" does not end what it stands in
  Before before_ = Before::nothing;
};

/// True where the text ends as the announcement of a literal does, "{5}" or "{5+}", whatever stands before
/// it.
[[nodiscard]] bool ends_like_literal(std::string_view text) noexcept;

}  // namespace backtalk::imap::detail
