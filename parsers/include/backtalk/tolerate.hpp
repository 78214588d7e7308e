// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Named tolerances: one switch for each deviation that real servers show.
///
/// Every parser is strict by default. Each switch lifts one rule, and the risk of doing so is
/// stated beside it. A parser ignores the switches of other protocols.
///
///     backtalk::smtp::ReplyParser parser{{}, backtalk::tolerate::bare_lf};
///
/// Three concern the meaning of tokens: empty_lists, negative_numbers and nil_strings. They do not
/// affect the IMAP parsers; pass them to the typed decoders, which take tolerances of their own:
///
///     read_envelope(value, backtalk::tolerate::empty_lists);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace backtalk {

/// A set of tolerances; combine them with `|`.
class Tolerances {
 public:
  constexpr Tolerances() noexcept = default;
  explicit constexpr Tolerances(std::uint32_t bits) noexcept : bits_(bits) {}

  /// True if every switch of `other` is on.
  [[nodiscard]] constexpr bool has(Tolerances other) const noexcept {
    return (bits_ & other.bits_) == other.bits_;
  }
  [[nodiscard]] constexpr std::uint32_t bits() const noexcept { return bits_; }

  friend constexpr Tolerances operator|(Tolerances a, Tolerances b) noexcept {
    return Tolerances{a.bits_ | b.bits_};
  }
  friend constexpr bool operator==(Tolerances, Tolerances) = default;

 private:
  std::uint32_t bits_ = 0;
};

namespace tolerate {

/// LF alone ends a line. Risk: two parsers see different lines, which is how SMTP smuggling and
/// HTTP request smuggling work (CVE-2023-51764). It never ends a message body: the final dot needs
/// CRLF on both sides.
inline constexpr Tolerances bare_lf{1U << 0};

/// CR alone is text. Risk: a peer that takes CR for a line end sees lines that this parser does
/// not.
inline constexpr Tolerances bare_cr{1U << 1};

/// Control bytes, NUL and DEL are text. Risk: a terminal interprets them when it shows the text; C
/// strings end at NUL.
inline constexpr Tolerances control_bytes{1U << 2};

/// SMTP: any three digits are a reply code. Risk: a code whose class RFC 5321 does not define has
/// no meaning that client and server share.
inline constexpr Tolerances any_code{1U << 3};

/// POP3: "+ok" and "-err" in any case are a status (RFC 1939 3: servers must send upper case).
/// Risk: none for the framing of queued responses; in automatic mode, more lines of a body look
/// like replies.
inline constexpr Tolerances lower_case_status{1U << 12};

/// POP3: "+" alone on its line is a continuation with an empty challenge; RFC 5034 4 requires "+ ".
/// Risk: none known; otherwise the line would not be a response at all.
inline constexpr Tolerances bare_continuation{1U << 13};

/// HTTP: a field line that begins with white space continues the one before it; its line end
/// becomes spaces. Risk: a peer that does not unfold sees another field, or another value, than
/// this parser (RFC 9112 5.2).
inline constexpr Tolerances obs_fold{1U << 16};

/// HTTP: "HTTP/1.1 200" without the space that should follow is a status line. Risk: none known
/// for framing; a strict peer refuses what this parser takes.
inline constexpr Tolerances missing_reason{1U << 17};

/// HTTP: Content-Length may be repeated, or be a list, if all values are equal (RFC 9110 8.6).
/// Risk: a peer that joins the values, or reads only part of a list, frames the body differently.
inline constexpr Tolerances equal_content_lengths{1U << 18};

/// HTTP: white space between a field name and its colon is dropped. Risk: a peer that takes the
/// space as part of the name, or ignores the field, frames the body differently (RFC 9112 5.1).
inline constexpr Tolerances space_before_colon{1U << 19};

/// HTTP: Content-Length beside Transfer-Encoding is ignored (RFC 9112 6.3). Risk: request and
/// response smuggling if a peer uses Content-Length.
inline constexpr Tolerances length_with_coding{1U << 20};

/// HTTP: white space after a chunk size and within chunk extensions is dropped. Risk: a peer that
/// reads a size only up to the space, or refuses it, loses the frame (RFC 9112 7.1.1 calls it bad
/// white space).
inline constexpr Tolerances chunk_size_space{1U << 21};

/// HTTP: any three digits are a status code. Risk: 099 or 999 have no class, so client and server
/// may disagree on whether a body follows.
inline constexpr Tolerances any_status{1U << 22};

/// IMAP: "a1 OK" and "+" may end there, without the space that every RFC requires. Risk: a
/// truncated line is taken for a complete one.
inline constexpr Tolerances missing_text{1U << 24};

/// IMAP: more than one space between tokens, and spaces before ")" and at the end of a line ("*
/// SEARCH "). Risk: a peer that counts spaces sees empty fields that this parser does not.
inline constexpr Tolerances extra_spaces{1U << 25};

/// IMAP decoders: "()" in place of NIL: addresses, parameters, namespaces. Risk: two parsers see
/// different structures.
inline constexpr Tolerances empty_lists{1U << 26};

/// IMAP: bytes from 0x80 on, "%" and "*" in an atom of a response. Risk: their charset is unknown,
/// and a name with a wildcard matches other mailboxes when it is sent back to the server.
inline constexpr Tolerances loose_atoms{1U << 27};

/// IMAP: in a quoted string, a backslash before any other character stands for itself
/// ("DOMAIN\user"). Risk: the string has two readings, so a path or account name may be mistaken
/// for another.
inline constexpr Tolerances loose_escapes{1U << 28};

/// IMAP: "{5+}" in a response, although RFC 7888 allows it only to clients. Risk: a peer that does
/// not recognise the literal reads its octets as responses.
inline constexpr Tolerances literal_plus{1U << 29};

/// IMAP decoders: a negative count or size, such as "-1", is read as 0. Risk: the size is not the
/// message's.
inline constexpr Tolerances negative_numbers{1U << 30};

/// IMAP decoders: NIL in place of a string that BODYSTRUCTURE requires (type, subtype, encoding) is
/// read as empty. Risk: code that does not check will treat a part of unknown type or encoding as
/// plain text.
inline constexpr Tolerances nil_strings{1U << 31};

/// A tolerance with its name and its risk, for tools that list them.
struct Named {
  Tolerances set;
  std::string_view name;
  std::string_view risk;
};

/// All tolerances. Static storage.
[[nodiscard]] std::span<const Named> all() noexcept;

/// The tolerance with this name, as `backtalk parse --tolerate NAME` takes it; nullopt if there is
/// none.
[[nodiscard]] std::optional<Tolerances> by_name(std::string_view name) noexcept;

}  // namespace tolerate
}  // namespace backtalk
