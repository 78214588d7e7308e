// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Errors: what is wrong with a stream, and where.
///
/// A parser never throws and never aborts on input. It reports invalid input as an `Error`: a code,
/// and the offset in the stream of the byte at which the stream stopped being acceptable. Both are
/// independent of how the stream was cut into feeds and of the SIMD target. "More bytes needed" is
/// not an error. The one error that is the caller's and not the stream's is `fed_too_early`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace backtalk {

/// Every reason to refuse a stream. `word()` gives the name used in the output of tools and in
/// JSON.
enum class ErrorCode : std::uint8_t {
  none,
  // Line structure, every protocol (RFC 5321 2.3.8, RFC 1939 3, RFC 3501 2.2, RFC 9112 2.2)
  bare_lf,        ///< LF without CR before it
  bare_cr,        ///< CR without LF after it
  nul,            ///< a NUL byte where the grammar has none
  control_byte,   ///< a control byte, or DEL, where the grammar has none
  line_too_long,  ///< a line longer than its limit
  // SMTP replies (RFC 5321 4.2)
  bad_code,        ///< the first three bytes are not a reply code
  bad_separator,   ///< after the code there is neither SP, "-" nor CRLF
  code_mismatch,   ///< a line of a multi-line reply has a different code than the first
  reply_too_long,  ///< a reply longer than its limit
  too_many_lines,  ///< more lines in one reply than its limit
  // Security (RFC 3207 5, RFC 2595 4)
  starttls_injection,  ///< bytes in clear text after STARTTLS or STLS was accepted
  // POP3 responses (RFC 1939 3, RFC 5034 4)
  bad_status,               ///< a response begins with neither "+OK" nor "-ERR"
  unexpected_continuation,  ///< a "+ " line outside a SASL exchange
  unsolicited_response,     ///< a "+OK" or "+ " line when no response is expected
  // HTTP/1.x (RFC 9110, RFC 9112)
  bad_version,                ///< the start line does not say HTTP/1.0 or a later HTTP/1.x
  bad_status_code,            ///< not three digits of class 1 to 5 (or any, with any_status)
  missing_reason,             ///< the status line ends without a space after the code
  bad_method,                 ///< a method must be a token, followed by one space
  bad_target,                 ///< a request target must be visible ASCII, followed by one space
  bad_start_line,             ///< bytes after the version of a request line
  empty_field_name,           ///< a field line begins with a colon
  bad_field_name,             ///< a byte before a field's colon that is not a token character
  space_before_colon,         ///< white space between field name and colon (RFC 9112 5.1)
  obs_fold,                   ///< a field line begins with white space (RFC 9112 5.2)
  head_too_long,              ///< a head longer than its limit
  too_many_fields,            ///< more field lines than the limit
  bad_content_length,         ///< Content-Length is not a number
  content_length_overflow,    ///< Content-Length does not fit in 64 bits
  repeated_content_length,    ///< Content-Length more than once, or a list, of equal values
  differing_content_lengths,  ///< Content-Lengths that contradict each other
  length_with_coding,         ///< Content-Length together with Transfer-Encoding (RFC 9112 6.3)
  coding_in_http_1_0,         ///< Transfer-Encoding in an HTTP/1.0 message (RFC 9112 6.1)
  unknown_coding,             ///< an empty transfer coding, an unknown one, or no token
  repeated_chunked,           ///< "chunked" twice (RFC 9112 7.1)
  chunked_not_last,           ///< a request's transfer coding after "chunked" (RFC 9112 6.1)
  chunked_missing,            ///< a request with transfer codings without "chunked" (RFC 9112 6.3)
  bad_chunk_size,             ///< a chunk size is hexadecimal digits, then CRLF or ";"
  chunk_size_overflow,        ///< a chunk size of more than 64 bits
  bad_chunk_extension,        ///< an invalid chunk extension
  chunk_extensions_too_long,  ///< chunk extensions longer than their limit
  bad_chunk_end,              ///< no CRLF after the data of a chunk
  trailers_too_long,          ///< a trailer section longer than its limit
  framing_field_in_trailers,  ///< Content-Length or Transfer-Encoding in trailers (RFC 9110 6.5.1)
  too_many_interims,          ///< more interim responses than the limit
  excess_bytes,               ///< bytes after a response that do not begin another one
  // IMAP (RFC 3501 9, RFC 9051 9)
  bad_tag,              ///< a line begins with no tag, nor with "* " or "+ "
  bad_condition,        ///< after a tag there is neither OK, NO nor BAD
  missing_text,         ///< a status or "+" without the space and text that follow it
  bad_token,            ///< a byte that cannot begin a token, or that the token cannot contain
  unterminated_quoted,  ///< a quoted string without its closing quote
  bad_escape,           ///< a backslash that does not precede a quote or a backslash
  missing_space,        ///< two tokens without a space between them
  extra_space,          ///< a space that does not separate two tokens
  unbalanced_list,      ///< an unmatched parenthesis
  unterminated_code,    ///< a response code or section without its "]"
  bad_literal,          ///< "{" that does not announce a literal
  literal_too_long,     ///< a literal longer than its limit
  too_many_tokens,      ///< more tokens in one response than its limit
  nesting_too_deep,     ///< lists inside lists beyond the limit
  wrong_shape,          ///< tokens that do not fit a response of this name
  number_out_of_range,  ///< a number that is too large here, or a zero that is not allowed
  // The caller, every protocol
  fed_too_early,  ///< `feed` was called before everything fed before was read
  // Writing: see backtalk/output.hpp
  unwritable,     ///< a value that cannot be written here, at the first octet that cannot
  no_room,        ///< the room is too small; the offset is how many octets did not fit
  count_of_codes  ///< not an error: the number of codes
};

/// An error, and the offset of the offending byte from the start of the stream.
struct Error {
  ErrorCode code = ErrorCode::none;
  std::uint64_t offset = 0;

  /// True if there is an error.
  explicit constexpr operator bool() const noexcept { return code != ErrorCode::none; }
  friend constexpr bool operator==(const Error&, const Error&) = default;
};

/// The name of an error as tools print it: "bare-lf". Static storage; "none" for no error.
[[nodiscard]] std::string_view word(ErrorCode code) noexcept;

/// A sentence for people, without the offset. Static storage.
[[nodiscard]] std::string_view sentence(ErrorCode code) noexcept;

/// "protocol-" and the word: the name under which the load generator counts the error. Static
/// storage.
[[nodiscard]] std::string_view protocol_word(ErrorCode code) noexcept;

}  // namespace backtalk
