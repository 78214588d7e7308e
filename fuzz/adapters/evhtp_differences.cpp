// The parser of libevhtp 1.2.18. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "adapters/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> evhtp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"*", "end of stream", false, "RFC 9112 2.2",
       "Empty lines before a message are passed over, however many and with CR or LF alone."},
      {"message", "more", true, "RFC 9112 2.1", "A head without fields does not end with its empty line."},
      {"octets", "end", true, "RFC 9112 6.3",
       "Only the one word chunked is a coding; with any other value, and until close, there is no body."},
      {"more", "end", true, "RFC 9112 6.3", "The same, where the body has not come."},
      {"octets", "htparse_error_invalid_chunk_size", false, "RFC 9112 7.1.1",
       "Chunk extensions are refused."},
      {"end of stream", "htparse_error_invalid_requestline", true, "RFC 9112 7.1.2",
       "A message ends at its first trailer field, and the second is read as a start line."},
      {"end", "*", true, "RFC 9112 7.1.2",
       "Trailers, and what a 204 or 304 says of its body, end a message elsewhere."},
      {"bad-version", "accepts", false, "RFC 9112 2.3",
       "A request line without a version is one of HTTP/0.9, and yet fields are read."},
      {"bad-method", "accepts", false, "RFC 9110 9.1", "A method may have any letters."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may have any byte."},
      {"chunked-missing", "accepts", true, "RFC 9112 6.3",
       "Only the one word chunked is a coding; any other value is passed over."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, where it begins with a tab."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone is part of a name or value."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line that has no colon."},
      {"control-byte", "accepts", false, "RFC 9110 5.5", "A value or target may have control bytes."},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "A name is whatever stands before the colon."},
      {"bad-field-name", "accepts", true, "RFC 9110 5.1",
       "A name is whatever stands before the colon, or no line at all."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
      {"unknown-coding", "accepts", true, "RFC 9112 6.1",
       "Only the one word chunked is a coding; any other value is passed over."},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3",
       "Only the one word chunked is a coding; any other value is passed over."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be said twice."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3", "With a length and chunked chunked wins."},
      {"repeated-content-length", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts."},
      {"differing-content-lengths", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts."},
      {"chunk-size-overflow", "accepts", true, "RFC 9112 7.1", "A chunk size wraps beyond 64 bits."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are read over."},
      {"message", "htparse_error_invalid_requestline", true, "RFC 9112 7.1.2",
       "A message ended too soon, at a head without fields or at a trailer, and the rest is read as a start "
       "line."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"bad-start-line", "accepts", false, "RFC 9112 3", "Spaces behind the version are passed over."},
      {"bad-content-length", "accepts", true, "RFC 9110 8.6", "An empty length is 0."},
  });
  return kKnown;
}

std::span<const Difference> evhtp_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"*", "body where none is", true, "RFC 9112 6.3",
       "What follows a 1xx, 204 or 304 with a length or coding is read as its body.", true},
      {"*", "end of stream", false, "RFC 9112 2.2",
       "Empty lines before a message are passed over, however many and with CR or LF alone."},
      {"message", "more", true, "RFC 9112 2.1", "A head without fields does not end with its empty line."},
      {"octets", "end", true, "RFC 9112 6.3",
       "Only the one word chunked is a coding; with any other value, and until close, there is no body."},
      {"more", "end", true, "RFC 9112 6.3", "The same, where the body has not come.", true},
      {"octets", "htparse_error_invalid_chunk_size", false, "RFC 9112 7.1.1",
       "Chunk extensions are refused."},
      {"end of stream", "htparse_error_invalid_requestline", true, "RFC 9112 7.1.2",
       "A message ends at its first trailer field, and the second is read as a start line."},
      {"end", "*", true, "RFC 9112 7.1.2",
       "Trailers, and what a 204 or 304 says of its body, end a message elsewhere."},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digits are a version."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are a status."},
      {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, where it begins with a tab.", true},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone is part of a name or value.", true},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line that has no colon.", true},
      {"control-byte", "accepts", false, "RFC 9110 5.5", "A value or target may have control bytes."},
      {"nul", "accepts", false, "RFC 9110 5.5", "A value may have NUL.", true},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "A name is whatever stands before the colon."},
      {"bad-field-name", "accepts", true, "RFC 9110 5.1",
       "A name is whatever stands before the colon, or no line at all.", true},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
      {"unknown-coding", "accepts", true, "RFC 9112 6.1",
       "Only the one word chunked is a coding; any other value is passed over.", true},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3",
       "Only the one word chunked is a coding; any other value is passed over.", true},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be said twice.", true},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3", "With a length and chunked chunked wins."},
      {"repeated-content-length", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts.",
       true},
      {"differing-content-lengths", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts.",
       true},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1", "No digit is needed.", true},
      {"chunk-size-overflow", "accepts", true, "RFC 9112 7.1", "A chunk size wraps beyond 64 bits.", true},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are read over."},
      {"message", "message", false, "RFC 9112 2.1",
       "A head without fields does not end with its empty line: the next head is read as its fields."},
      {"message", "htparse_error_invalid_requestline", true, "RFC 9112 7.1.2",
       "A message ended too soon, at a head without fields or at a trailer, and the rest is read as a start "
       "line."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
