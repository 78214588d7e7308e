// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/error.hpp"

#include <array>
#include <cstddef>

namespace backtalk {
namespace {

struct Row {
  ErrorCode code;
  std::string_view protocol_word;  // "protocol-bare-lf"; the word is what follows the hyphen
  std::string_view sentence;
};

constexpr std::string_view kPrefix = "protocol-";

constexpr std::array kRows{
    Row{ErrorCode::none, "protocol-none", "no error"},
    Row{ErrorCode::bare_lf, "protocol-bare-lf", "a line feed without a carriage return before it"},
    Row{ErrorCode::bare_cr, "protocol-bare-cr", "a carriage return without a line feed after it"},
    Row{ErrorCode::nul, "protocol-nul", "a NUL byte"},
    Row{ErrorCode::control_byte, "protocol-control-byte", "a control byte that the grammar does not allow"},
    Row{ErrorCode::line_too_long, "protocol-line-too-long", "the line is longer than the limit"},
    Row{ErrorCode::bad_code, "protocol-bad-code",
        "a reply must begin with three digits, the first 2 to 5, the second 0 to 5"},
    Row{ErrorCode::bad_separator, "protocol-bad-separator",
        "the reply code must be followed by a space, a hyphen or the end of the line"},
    Row{ErrorCode::code_mismatch, "protocol-code-mismatch",
        "the lines of one reply must all have the code of the first"},
    Row{ErrorCode::reply_too_long, "protocol-reply-too-long", "the reply is longer than the limit"},
    Row{ErrorCode::too_many_lines, "protocol-too-many-lines", "the reply has more lines than the limit"},
    Row{ErrorCode::starttls_injection, "protocol-starttls-injection",
        "bytes arrived in clear text after the server agreed to start TLS"},
    // POP3
    Row{ErrorCode::bad_status, "protocol-bad-status",
        "a POP3 response must begin with +OK or -ERR, followed by a space or the end of the line"},
    Row{ErrorCode::unexpected_continuation, "protocol-unexpected-continuation",
        "a SASL challenge, but the command was not AUTH"},
    Row{ErrorCode::unsolicited_response, "protocol-unsolicited-response",
        "a response that no command asked for"},
    // HTTP/1.x
    Row{ErrorCode::bad_version, "protocol-bad-version", "the start line must say HTTP/1.x"},
    Row{ErrorCode::bad_status_code, "protocol-bad-status-code",
        "a status code must be three digits, the first 1 to 5 unless any_status is tolerated"},
    Row{ErrorCode::missing_reason, "protocol-missing-reason",
        "the status code must be followed by a space, even without a reason"},
    Row{ErrorCode::bad_method, "protocol-bad-method", "a method must be a token, followed by one space"},
    Row{ErrorCode::bad_target, "protocol-bad-target",
        "a request target must be visible ASCII, followed by one space"},
    Row{ErrorCode::bad_start_line, "protocol-bad-start-line", "a request line must end after its version"},
    Row{ErrorCode::empty_field_name, "protocol-empty-field-name",
        "a field line must begin with a name, not with a colon"},
    Row{ErrorCode::bad_field_name, "protocol-bad-field-name",
        "a field name must be a token, followed by a colon"},
    Row{ErrorCode::space_before_colon, "protocol-space-before-colon",
        "white space between a field name and its colon"},
    Row{ErrorCode::obs_fold, "protocol-obs-fold",
        "a field line begins with white space: folded lines are obsolete"},
    Row{ErrorCode::head_too_long, "protocol-head-too-long", "the head is longer than the limit"},
    Row{ErrorCode::too_many_fields, "protocol-too-many-fields", "there are more field lines than the limit"},
    Row{ErrorCode::bad_content_length, "protocol-bad-content-length",
        "Content-Length must be digits and nothing else"},
    Row{ErrorCode::content_length_overflow, "protocol-content-length-overflow",
        "Content-Length does not fit in 64 bits"},
    Row{ErrorCode::repeated_content_length, "protocol-repeated-content-length",
        "Content-Length is given more than once"},
    Row{ErrorCode::differing_content_lengths, "protocol-differing-content-lengths",
        "Content-Lengths contradict each other"},
    Row{ErrorCode::length_with_coding, "protocol-length-with-coding",
        "Content-Length and Transfer-Encoding must not be in one message"},
    Row{ErrorCode::coding_in_http_1_0, "protocol-coding-in-http-1-0", "HTTP/1.0 has no Transfer-Encoding"},
    Row{ErrorCode::unknown_coding, "protocol-unknown-coding",
        "Transfer-Encoding names no coding, or an unknown one"},
    Row{ErrorCode::repeated_chunked, "protocol-repeated-chunked", "Transfer-Encoding contains chunked twice"},
    Row{ErrorCode::chunked_not_last, "protocol-chunked-not-last",
        "chunked must be the last transfer coding of a request"},
    Row{ErrorCode::chunked_missing, "protocol-chunked-missing",
        "the last transfer coding of a request must be chunked"},
    Row{ErrorCode::bad_chunk_size, "protocol-bad-chunk-size",
        "a chunk size must be hexadecimal digits, followed by CRLF or a semicolon"},
    Row{ErrorCode::chunk_size_overflow, "protocol-chunk-size-overflow",
        "the chunk size does not fit in 64 bits"},
    Row{ErrorCode::bad_chunk_extension, "protocol-bad-chunk-extension", "a chunk extension is invalid"},
    Row{ErrorCode::chunk_extensions_too_long, "protocol-chunk-extensions-too-long",
        "the chunk extensions are longer than the limit"},
    Row{ErrorCode::bad_chunk_end, "protocol-bad-chunk-end", "the data of a chunk must be followed by CRLF"},
    Row{ErrorCode::trailers_too_long, "protocol-trailers-too-long",
        "the trailer section is longer than the limit"},
    Row{ErrorCode::framing_field_in_trailers, "protocol-framing-field-in-trailers",
        "trailers must not contain Content-Length or Transfer-Encoding"},
    Row{ErrorCode::too_many_interims, "protocol-too-many-interims",
        "there are more interim responses than the limit"},
    Row{ErrorCode::excess_bytes, "protocol-excess-bytes", "bytes after the end of the previous response"},
    // IMAP
    Row{ErrorCode::bad_tag, "protocol-bad-tag",
        "a response must begin with a tag, an asterisk or a plus sign"},
    Row{ErrorCode::bad_condition, "protocol-bad-condition", "the tag must be followed by OK, NO or BAD"},
    Row{ErrorCode::missing_text, "protocol-missing-text", "a status must be followed by a space and a text"},
    Row{ErrorCode::bad_token, "protocol-bad-token", "a byte that is not allowed in this token"},
    Row{ErrorCode::unterminated_quoted, "protocol-unterminated-quoted",
        "a quoted string without its closing quote"},
    Row{ErrorCode::bad_escape, "protocol-bad-escape",
        "in a quoted string, a backslash may only precede a quote or a backslash"},
    Row{ErrorCode::missing_space, "protocol-missing-space", "two tokens without a space between them"},
    Row{ErrorCode::extra_space, "protocol-extra-space", "a space that does not separate two tokens"},
    Row{ErrorCode::unbalanced_list, "protocol-unbalanced-list", "an unmatched parenthesis"},
    Row{ErrorCode::unterminated_code, "protocol-unterminated-code", "a bracket that is not closed"},
    Row{ErrorCode::bad_literal, "protocol-bad-literal", "a brace that does not announce a literal"},
    Row{ErrorCode::literal_too_long, "protocol-literal-too-long", "the literal is longer than the limit"},
    Row{ErrorCode::too_many_tokens, "protocol-too-many-tokens",
        "the response has more tokens than the limit"},
    Row{ErrorCode::nesting_too_deep, "protocol-nesting-too-deep", "lists are nested deeper than the limit"},
    Row{ErrorCode::wrong_shape, "protocol-wrong-shape",
        "the text does not have the form that its name requires"},
    Row{ErrorCode::number_out_of_range, "protocol-number-out-of-range", "the number is out of range"},
    Row{ErrorCode::fed_too_early, "protocol-fed-too-early",
        "the program fed more bytes before it had read those that it fed before"},
    // Writing
    Row{ErrorCode::unwritable, "protocol-unwritable", "the value cannot be written here"},
    Row{ErrorCode::no_room, "protocol-no-room", "the room is too small for what is to be written"},
};
static_assert(kRows.size() == static_cast<std::size_t>(ErrorCode::count_of_codes), "a row for each code");

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order(), "rows stand in the order of the codes");

}  // namespace

std::string_view protocol_word(ErrorCode code) noexcept {
  return kRows[static_cast<std::size_t>(code)].protocol_word;
}
std::string_view word(ErrorCode code) noexcept {
  return protocol_word(code).substr(kPrefix.size());
}
std::string_view sentence(ErrorCode code) noexcept {
  return kRows[static_cast<std::size_t>(code)].sentence;
}

}  // namespace backtalk
