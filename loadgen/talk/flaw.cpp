// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/flaw.hpp"

#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

std::string_view clause_of_smtp(ErrorCode code) {
  switch (code) {
    case ErrorCode::bare_lf:
    case ErrorCode::bare_cr: return "RFC 5321 2.3.8";
    case ErrorCode::nul:
    case ErrorCode::control_byte:
    case ErrorCode::bad_code:
    case ErrorCode::bad_separator: return "RFC 5321 4.2";
    case ErrorCode::code_mismatch: return "RFC 5321 4.2.1";
    case ErrorCode::line_too_long: return "RFC 5321 4.5.3.1.5";
    case ErrorCode::starttls_injection: return "RFC 3207 5";
    default: return {};
  }
}

std::string_view clause_of_pop3(ErrorCode code) {
  switch (code) {
    case ErrorCode::bare_lf:
    case ErrorCode::bare_cr:
    case ErrorCode::nul:
    case ErrorCode::control_byte:
    case ErrorCode::bad_status:
    case ErrorCode::line_too_long: return "RFC 1939 3";
    case ErrorCode::unexpected_continuation: return "RFC 5034 4";
    case ErrorCode::starttls_injection: return "RFC 2595 4";
    default: return {};
  }
}

std::string_view clause_of_imap(ErrorCode code) {
  switch (code) {
    case ErrorCode::bare_lf:
    case ErrorCode::bare_cr: return "RFC 9051 2.2";
    case ErrorCode::bad_tag: return "RFC 9051 2.2.2";
    case ErrorCode::bad_condition:
    case ErrorCode::missing_text: return "RFC 9051 7.1";
    case ErrorCode::bad_literal: return "RFC 9051 4.3";
    case ErrorCode::nul:
    case ErrorCode::control_byte:
    case ErrorCode::bad_token:
    case ErrorCode::unterminated_quoted:
    case ErrorCode::bad_escape:
    case ErrorCode::missing_space:
    case ErrorCode::extra_space:
    case ErrorCode::unbalanced_list:
    case ErrorCode::unterminated_code: return "RFC 9051 9";
    case ErrorCode::starttls_injection: return "RFC 9051 11.3";
    default: return {};
  }
}

std::string_view clause_of_http(ErrorCode code) {
  switch (code) {
    case ErrorCode::bare_lf:
    case ErrorCode::bare_cr: return "RFC 9112 2.2";
    case ErrorCode::bad_version: return "RFC 9112 2.3";
    case ErrorCode::bad_status_code:
    case ErrorCode::missing_reason: return "RFC 9112 4";
    case ErrorCode::nul:
    case ErrorCode::control_byte: return "RFC 9110 5.5";
    case ErrorCode::empty_field_name:
    case ErrorCode::bad_field_name: return "RFC 9112 5";
    case ErrorCode::space_before_colon: return "RFC 9112 5.1";
    case ErrorCode::obs_fold: return "RFC 9112 5.2";
    case ErrorCode::coding_in_http_1_0:
    case ErrorCode::unknown_coding: return "RFC 9112 6.1";
    case ErrorCode::bad_content_length:
    case ErrorCode::content_length_overflow:
    case ErrorCode::repeated_content_length:
    case ErrorCode::differing_content_lengths:
    case ErrorCode::length_with_coding: return "RFC 9112 6.3";
    case ErrorCode::repeated_chunked:
    case ErrorCode::bad_chunk_size:
    case ErrorCode::chunk_size_overflow:
    case ErrorCode::bad_chunk_end: return "RFC 9112 7.1";
    case ErrorCode::bad_chunk_extension: return "RFC 9112 7.1.1";
    case ErrorCode::framing_field_in_trailers: return "RFC 9110 6.5.1";
    default: return {};
  }
}

}  // namespace

std::string_view clause_of(Protocol protocol, ErrorCode code) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: return clause_of_smtp(code);
    case Protocol::pop3: return clause_of_pop3(code);
    case Protocol::imap: return clause_of_imap(code);
    case Protocol::http: return clause_of_http(code);
  }
  return {};
}

std::string text_of_flaw(Protocol protocol, Error error) {
  const std::string_view clause = clause_of(protocol, error.code);
  return text_of(word(error.code), " at offset ", error.offset, " of what the server sent",
                 clause.empty() ? std::string() : text_of(" (", clause, ")"), ": ", sentence(error.code));
}

}  // namespace backtalk::talk
