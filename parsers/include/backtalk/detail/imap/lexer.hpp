// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Splits lines of IMAP into tokens, without recursion.
///
/// The layer between the framing and the typed decoders: a response, a response code or the
/// arguments of a command become a flat array of tokens. A line may end in the announcement of a
/// literal; then the caller adds the octets, and the array continues with the next line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap::detail {

/// Turns text into tokens. Its errors concern the content, never the framing. Not thread safe.
///
/// Memory: `tokens_max` tokens and `depth_max` indexes; nothing is allocated once they have grown
/// to what the stream needs. Time: linear in the text.
class Lexer {
 public:
  /// The sender of the bytes. A client may use "*" and "%" in atoms and "+" in literals.
  enum class Sender : std::uint8_t { server, client };

  /// How a call of `run` ended.
  enum class End : std::uint8_t {
    line,     ///< the text is used up and the array is complete
    literal,  ///< the text ends in the announcement of a literal: the last, empty token
    code,     ///< the "]" of a response code, at `used()`
    error     ///< see `error()`
  };

  Lexer(const Limits& limits, Tolerances tolerances, Sender sender);

  /// Begins a new array and drops the previous tokens. `in_code`: the text is that of a response
  /// code, after its "[". `sections`: BODY[...] and BINARY[...] are sections, as in FETCH, and not
  /// the names of mailboxes.
  void begin(bool in_code, bool sections);

  /// Lets TAB into atoms, until `begin`: the array is that of a response with the name of a
  /// mailbox.
  void allow_tabs();

  /// Reads a line, or what follows a literal, without the line end. The byte at text.data() +
  /// text.size() must be readable (in a line it is the CR or LF, in a std::string the NUL).
  /// `offset` is the stream offset of the text.
  [[nodiscard]] End run(std::string_view text, std::uint64_t offset);

  /// The error, if `run` has returned `End::error`; until `begin`.
  [[nodiscard]] const Error& error() const noexcept BACKTALK_LIFETIMEBOUND { return error_; }

  /// How many bytes were read as tokens before `run` returned `End::code` or `End::error`.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

  /// The literal that was announced last: its length, and whether the sender waits for "+ " before
  /// sending it.
  [[nodiscard]] std::uint64_t literal_octets() const noexcept { return literal_octets_; }
  [[nodiscard]] bool literal_waits() const noexcept { return literal_waits_; }

  /// The tokens so far. Callers may point the text of a token to other memory.
  [[nodiscard]] std::vector<Token>& tokens() noexcept BACKTALK_LIFETIMEBOUND { return tokens_; }
  [[nodiscard]] const std::vector<Token>& tokens() const noexcept BACKTALK_LIFETIMEBOUND { return tokens_; }

  /// The number of lists and sections that are not closed.
  [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }
  /// The first of them; null if there is none.
  [[nodiscard]] const Token* outermost() const noexcept BACKTALK_LIFETIMEBOUND {
    return open_.empty() ? nullptr : &tokens_[open_.front()];
  }
  /// True if names of FETCH items may have sections, as `begin` was told.
  [[nodiscard]] bool takes_sections() const noexcept { return sections_; }
  /// True if a section is not closed.
  [[nodiscard]] bool in_section() const noexcept;
  /// The element before the last token, which is a value, in what directly encloses both: null if
  /// the last token is the first element. In constant time.
  [[nodiscard]] const Token* before_last() const noexcept BACKTALK_LIFETIMEBOUND;

  /// Adds a token that was read by other means. Returns false and sets an error if there are too
  /// many.
  bool add(Token::Kind kind, std::string_view text, std::uint64_t offset);

  /// Closes what is open after an error, so that the array can be walked.
  void close_all();

 private:
  // What precedes the current byte. The order matters: up to `open` a value may follow.
  enum class Before : std::uint8_t { nothing, space, open, value, close };

  // Each returns the position after what it took; null, with an error set, if that is invalid.
  const char* take_space(const char* at);
  const char* take_open(const char* at);
  const char* take_close(const char* at);
  const char* take_quoted(const char* at);
  // Out of line, so that what is usual is inlined.
  [[gnu::noinline]] const char* take_unseparated(const char* at);
  const char* extend_quoted(const char* at);
  [[nodiscard]] bool continues_quoted(const char* at) const;
  const char* take_brace(const char* at, bool binary);
  const char* take_atom(const char* at);
  const char* take_flag(const char* at);
  const char* take_bracket(const char* at);
  const char* take_origin(const char* at);
  const char* take_value(const char* at);
  bool push(Token::Kind kind, std::string_view text, const char* at);
  [[gnu::noinline]] bool push_grown(Token::Kind kind, std::string_view text, const char* at);
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
  std::uint32_t closed_ = 0;         // index of the one that was closed last
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
  std::uint8_t loose_mask_ = 0;       // what tolerances and the sender add to atoms
  std::uint8_t atom_mask_ = 0;        // the classes of bytes that an atom may contain here
  std::uint8_t plain_atom_mask_ = 0;  // the same outside brackets that "]" would close
  Before before_ = Before::nothing;
};

/// True if the text ends like the announcement of a literal, "{5}" or "{5+}", whatever precedes it.
[[nodiscard]] bool ends_like_literal(std::string_view text) noexcept;

/// The announcement of a literal at the end of a line that is otherwise wrong.
struct Announcement {
  std::size_t at = 0;  ///< where it begins in the line
  std::uint64_t octets = 0;
};

/// The announcement at the end of the text, if there is certainly one whatever else is wrong: it
/// follows a space or "(", and every quote before it certainly begins or ends a string.
[[nodiscard]] std::optional<Announcement> find_announcement(std::string_view text) noexcept;

}  // namespace backtalk::imap::detail
