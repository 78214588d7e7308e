// SPDX-License-Identifier: Apache-2.0 OR MIT
// The parser of libevhtp 1.2.18. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {
namespace {

constexpr auto kBoth = std::to_array<Difference>({
    {"bad-method|bad-version|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
     "Any number of empty lines before a message is skipped, even with CR or LF alone."},
    {"end of stream", "htparse_error_invalid_requestline|htparse_error_invalid_method", true,
     "RFC 9112 7.1.2", "A message ends at its first trailer field, and the second is read as a start line.",
     true},
    {"octets|more", "end", true, "RFC 9112 6.3",
     "Only the single word chunked is a coding; with any other value there is no body, not even until close.",
     true},
    {"unknown-coding|chunked-not-last|chunked-missing|bad-chunk-size|bad-chunk-extension", "accepts", true,
     "RFC 9112 6.3", "Only the single word chunked, in lower case, is a coding; any other value is ignored.",
     true},
    {"octets", "htparse_error_invalid_chunk_size", false, "RFC 9112 7.1.1", "Chunk extensions are refused."},
    {"obs-fold", "accepts", true, "RFC 9112 5.2",
     "A folded line is joined to the value before it if it begins with a tab.", true},
    {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone is part of a name or value.", true},
    {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line that has no colon.", true},
    {"control-byte|nul", "accepts", false, "RFC 9110 5.5", "A value or target may contain control bytes."},
    {"space-before-colon|bad-field-name|empty-field-name", "accepts", true, "RFC 9110 5.1",
     "A name is whatever precedes the colon, even nothing, or a line without a colon."},
    {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
     "Transfer-Encoding is honoured in HTTP/1.0, where it indicates faulty framing.", true},
    {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be given twice.", true},
    {"length-with-coding", "accepts", true, "RFC 9112 6.3", "With both a length and chunked, chunked wins.",
     true},
    {"repeated-content-length|differing-content-lengths", "accepts", true, "RFC 9112 6.3",
     "Of several lengths the last counts.", true},
    {"bad-content-length", "accepts", true, "RFC 9110 8.6", "An empty length is 0.", true},
    {"chunk-size-overflow", "accepts", true, "RFC 9112 7.1", "A chunk size wraps beyond 64 bits.", true},
    {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are skipped."},
});

}  // namespace

std::span<const Difference> evhtp_request_differences() {
  static constexpr auto kKnown = joined(
      kBoth, std::to_array<Difference>({
                 {"message", "more|htparse_error_invalid_requestline", true, "RFC 9112 2.1",
                  "A head without fields does not end with its empty line, or a message ended at its first "
                  "trailer: what follows is misread.",
                  true},
                 {"bad-version", "accepts", false, "RFC 9112 2.3",
                  "A request line without a version is HTTP/0.9, yet fields are read."},
                 {"bad-method", "accepts", false, "RFC 9110 9.1", "A method may consist of any letters."},
                 {"message", "htparse_error_invalid_method", false, "RFC 9110 9.1",
                  "A method may consist of letters only.", true},
                 {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may contain any byte."},
                 {"message", "htparse_error_invalid_schema", false, "RFC 9112 3.2",
                  "A target must begin with / or a scheme of letters.", true},
                 {"bad-start-line", "accepts", false, "RFC 9112 3", "Spaces after the version are skipped."},
                 {"message", "htparse_error_too_big", false, "RFC 9112 3", "It has a limit of its own."},
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
           "what follows is misread."},
          {"excess-bytes", "end of stream|accepts", true, "RFC 9112 2.2, 6.3",
           "Empty lines after a message are skipped, even with CR or LF alone, and so is an empty chunked "
           "body of a 204 or 304."},
          {"*", "body where none is", true, "RFC 9112 6.3",
           "What follows a 1xx, 204 or 304 with a length or coding is read as its body.", true},
          {"end", "more|htparse_error_invalid_chunk_size|htparse_error_too_big", true, "RFC 9112 6.3",
           "The same, if that body is missing or incomplete."},
          {"message", "htparse_error_invalid_chunk_size", true, "RFC 9112 6.3", "The same, of a 1xx.", true},
          {"bad-version", "accepts", false, "RFC 9112 2.2, 2.3",
           "Empty lines before a message are skipped, and any digits are accepted as a version."},
          {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are accepted as a status."},
          {"missing-reason", "accepts", false, "RFC 9112 4",
           "A status line needs no space after the status."},
          {"message", "htparse_error_too_big", false, "RFC 9110 8.6",
           "A length of more than 20 digits, or with anything else after the digits, is refused as too big, "
           "even of a 304, which has no body. A line has a limit of its own."},
      }));
  return kKnown;
}

// The byte behind a piece may be any, and it is parsed: so may be what is said of the stream.
std::span<const Difference> evhtp_differences_in_pieces() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"*", "*", true, "RFC 9112 2.2",
       "In a target or value, the byte after a piece is read, whatever it is (fixed in 2019)."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
