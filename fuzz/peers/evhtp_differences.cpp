// SPDX-License-Identifier: Apache-2.0 OR MIT
// The parser of libevhtp 1.2.18. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {
namespace {

constexpr auto kBoth = std::to_array<Difference>({
    {"bad-method|bad-version|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
     "Empty lines before a message are passed over, however many and with CR or LF alone."},
    {"end of stream", "htparse_error_invalid_requestline|htparse_error_invalid_method", true,
     "RFC 9112 7.1.2", "A message ends at its first trailer field, and the second is read as a start line.",
     true},
    {"octets|more", "end", true, "RFC 9112 6.3",
     "Only the one word chunked is a coding; with any other value, and until close, there is no body.", true},
    {"unknown-coding|chunked-not-last|chunked-missing|bad-chunk-size|bad-chunk-extension", "accepts", true,
     "RFC 9112 6.3", "Only the one word chunked, in lower case, is a coding; any other value is passed over.",
     true},
    {"octets", "htparse_error_invalid_chunk_size", false, "RFC 9112 7.1.1", "Chunk extensions are refused."},
    {"obs-fold", "accepts", true, "RFC 9112 5.2",
     "A folded line is joined to the value before it, where it begins with a tab.", true},
    {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone is part of a name or value.", true},
    {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line that has no colon.", true},
    {"control-byte|nul", "accepts", false, "RFC 9110 5.5", "A value or target may have control bytes."},
    {"space-before-colon|bad-field-name|empty-field-name", "accepts", true, "RFC 9110 5.1",
     "A name is whatever stands before the colon, nothing included, or no line at all."},
    {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
     "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing.", true},
    {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be said twice.", true},
    {"length-with-coding", "accepts", true, "RFC 9112 6.3", "With a length and chunked chunked wins.", true},
    {"repeated-content-length|differing-content-lengths", "accepts", true, "RFC 9112 6.3",
     "Of several lengths the last counts.", true},
    {"bad-content-length", "accepts", true, "RFC 9110 8.6", "An empty length is 0.", true},
    {"chunk-size-overflow", "accepts", true, "RFC 9112 7.1", "A chunk size wraps beyond 64 bits.", true},
    {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are read over."},
});

}  // namespace

std::span<const Difference> evhtp_request_differences() {
  static constexpr auto kKnown = joined(
      kBoth,
      std::to_array<Difference>({
          {"message", "more|htparse_error_invalid_requestline", true, "RFC 9112 2.1",
           "A head without fields does not end with its empty line, or a message ended at its first trailer: "
           "what follows is not read as what it is.",
           true},
          {"bad-version", "accepts", false, "RFC 9112 2.3",
           "A request line without a version is one of HTTP/0.9, and yet fields are read."},
          {"bad-method", "accepts", false, "RFC 9110 9.1", "A method may have any letters."},
          {"message", "htparse_error_invalid_method", false, "RFC 9110 9.1",
           "A method may have letters only.", true},
          {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may have any byte."},
          {"message", "htparse_error_invalid_schema", false, "RFC 9112 3.2",
           "A target begins with / or a scheme of letters.", true},
          {"bad-start-line", "accepts", false, "RFC 9112 3", "Spaces behind the version are passed over."},
          {"message", "htparse_error_too_big", false, "RFC 9112 3", "A limit of its own."},
      }));
  return kKnown;
}

std::span<const Difference> evhtp_response_differences() {
  static constexpr auto kKnown = joined(
      kBoth,
      std::to_array<Difference>({
          {"message",
           "more|message|htparse_error_invalid_requestline|htparse_error_invalid_protocol|"
           "htparse_error_invalid_version|htparse_error_invalid_header|htparse_error_status|"
           "htparse_error_unknown",
           true, "RFC 9112 2.1",
           "A head without fields does not end with its empty line, or a message ended at its first trailer: "
           "what follows is not read as what it is."},
          {"*", "body where none is", true, "RFC 9112 6.3",
           "What follows a 1xx, 204 or 304 with a length or coding is read as its body.", true},
          {"end", "more|htparse_error_invalid_chunk_size|htparse_error_too_big", true, "RFC 9112 6.3",
           "The same, where its body has not come, or is none."},
          {"message", "htparse_error_invalid_chunk_size", true, "RFC 9112 6.3", "The same, of a 1xx.", true},
          {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digits are a version."},
          {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are a status."},
          {"missing-reason", "accepts", false, "RFC 9112 4",
           "A status line needs no space after the status."},
          {"message", "htparse_error_too_big", false, "RFC 9110 8.6", "A length of many zeroes is too big."},
      }));
  return kKnown;
}

// The byte behind a piece may be any, and it is parsed: so may be what is said of the stream.
std::span<const Difference> evhtp_differences_in_pieces() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"*", "*", true, "RFC 9112 2.2",
       "In a target or value the byte behind a piece is read, whatever it is (fixed in 2019)."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
