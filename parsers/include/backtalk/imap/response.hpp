// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What an IMAP server says (RFC 3501 7, RFC 9051 7).
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

/// One response, or a stretch of a literal inside one that is not whole yet. All views live until the next
/// call on the parser that gave it.
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
  std::uint64_t octets =
      0;                 ///< its length in the stream, line ends and literals included; so far, for a literal
  std::string_view tag;  ///< of a tagged response
  std::span<const Token> code;  ///< what is inside "[" and "]" after a status; empty where there is none
  std::string_view text;        ///< what follows status and code, or the "+"
  std::span<const Token> data;  ///< untagged data: the tokens after "* "; for a literal, those so far

  /// What is wrong with the content; the frame is not lost by it, and the next response can be read. What was
  /// read before it is set as far as it goes.
  Error error;
  /// With `error`: the line in which it is, without its line end.
  std::string_view bad_line;

  /// Kind::literal: the octets, and how many are still to come. The last token of `data` (or of `code`) is
  /// the literal; its size is that of all the octets given and to come.
  std::string_view literal;
  std::uint64_t literal_octets = 0;
  std::uint64_t literal_left = 0;

  [[nodiscard]] constexpr bool tagged() const noexcept { return kind == Kind::tagged; }
  [[nodiscard]] constexpr bool untagged() const noexcept { return kind == Kind::untagged; }
  [[nodiscard]] constexpr bool continuation() const noexcept { return kind == Kind::continuation; }
  /// Untagged data with this name: "LIST", or "FETCH" after its number. Without regard to case.
  [[nodiscard]] bool is_data(std::string_view name) const noexcept;
  /// What follows the name of untagged data.
  [[nodiscard]] Siblings arguments() const noexcept;
  /// The number before the name: of "* 12 FETCH", 12. 0 where there is none.
  [[nodiscard]] std::uint64_t number() const noexcept;
};

}  // namespace backtalk::imap
