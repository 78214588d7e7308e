// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Responses of an IMAP server (RFC 3501 7, RFC 9051 7).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

/// resp-cond-state, resp-cond-bye, resp-cond-auth
enum class Status : std::uint8_t { none, ok, no, bad, bye, preauth };

/// "OK", "NO", ...; empty for none. Static storage.
[[nodiscard]] std::string_view word(Status status) noexcept;

/// One response, or a stretch of a literal in a response that is still incomplete. All views are
/// valid until the next call on the parser that returned it.
struct Response {
  enum class Kind : std::uint8_t {
    untagged,      ///< "* " and a status, or data
    tagged,        ///< a tag and OK, NO or BAD
    continuation,  ///< "+ " and text
    literal        ///< the next octets of a long literal in the response that is being read
  };

  Kind kind = Kind::untagged;
  Status status = Status::none;  ///< `none` for untagged data and continuations
  std::uint64_t offset = 0;      ///< of its first byte, from the start of the stream
  /// Its length in the stream, line ends and literals included; so far, for a literal.
  std::uint64_t octets = 0;
  std::string_view tag;         ///< of a tagged response
  std::span<const Token> code;  ///< what is inside "[" and "]" after a status or "+", or empty
  /// What follows the status or "+", and the code. It may begin with "[", if that holds no code.
  std::string_view text;
  std::span<const Token> data;  ///< untagged data: the tokens after "* ", as far as received

  /// An error in the content. It does not disturb the framing: the next response can be read. The
  /// members above are set as far as they were read: tag and status if they are there, and the
  /// tokens before the error, whose lists end there.
  Error error;
  /// With `error`: the line that contains it, without its line end; empty if a literal followed it.
  std::string_view bad_line;

  /// Kind::literal: the octets, the length of the whole literal, and how many octets are still to
  /// come. The last token of `data` (or of `code`) is the literal.
  std::string_view literal;
  std::uint64_t literal_octets = 0;
  std::uint64_t literal_left = 0;
  /// Kind::literal in a FETCH response: the name of the item whose value the literal is, such as
  /// BODY[1.2] (see `read_section`); null elsewhere. `number` is that of the message. In the
  /// complete response, which follows the literals, the name is at the same offset.
  const Token* streamed_name = nullptr;

  [[nodiscard]] constexpr bool tagged() const noexcept { return kind == Kind::tagged; }
  [[nodiscard]] constexpr bool untagged() const noexcept { return kind == Kind::untagged; }
  [[nodiscard]] constexpr bool continuation() const noexcept { return kind == Kind::continuation; }
  /// True for untagged data with this name, ignoring case: "LIST", or "FETCH" after its number.
  [[nodiscard]] bool is_data(std::string_view name) const noexcept;
  /// What follows the name of untagged data.
  [[nodiscard]] Siblings arguments() const noexcept;
  /// The number before the name: 12 in "* 12 FETCH"; 0 if there is none.
  [[nodiscard]] std::uint64_t number() const noexcept;
};

}  // namespace backtalk::imap
