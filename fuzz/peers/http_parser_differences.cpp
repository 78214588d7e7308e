// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser 2.9.4, as Debian compiles it: not in its strict mode. Each row: what Backtalk says,
// what the other says, whether that serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> http_parser_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-method|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
       "Any number of empty lines before a message is skipped, even with CR or LF alone."},
      {"*", "tunnel", true, "RFC 9110 9.3.6",
       "After CONNECT, or an Upgrade that has not been accepted yet, the rest is left to the user, even the "
       "body of that request."},
      {"message", "HPE_INVALID_METHOD", false, "RFC 9110 9.1", "Only methods that it knows are accepted."},
      {"message", "HPE_INVALID_URL", false, "RFC 9112 3.2", "A target must look like a URL.", true},
      {"bad-version", "accepts", true, "RFC 9112 2.3",
       "A request line without a version is HTTP/0.9, yet fields and a body are read; any digits are "
       "accepted as a version."},
      {"message|octets", "HPE_INVALID_CONTENT_LENGTH", false, "RFC 9110 8.6",
       "A length or chunk size near 2^64 is refused as an overflow."},
      {"end", "HPE_INVALID_TRANSFER_ENCODING", false, "RFC 9110 5.1",
       "A field whose name merely begins with Transfer-Encoding is treated as that field."},
      {"message|octets", "HPE_UNEXPECTED_CONTENT_LENGTH", false, "RFC 9110 5.1",
       "The same, and it clashes with Content-Length.", true},
      {"control-byte|nul", "accepts", false, "RFC 9110 5.5",
       "A field value may contain DEL and NUL, and a target any control byte."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1",
       "Trailers may contain Content-Length and Transfer-Encoding, which are ignored."},
      {"bad-method", "accepts", false, "RFC 9110 9.1",
       "More than one empty line before a request line is skipped."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a field line, and the head."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2",
       "CR ends the head, and the byte after it is discarded without being checked.", true},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may contain bytes above 0x7E."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, and skipped before the first field."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is honoured in HTTP/1.0, where it indicates faulty framing."},
      {"unknown-coding", "accepts", true, "RFC 9112 6.1", "Codings before the last are not checked."},
      {"space-before-colon|bad-field-name", "accepts", true, "RFC 9112 5.1",
       "A field name may contain a space, so parsers disagree whether \"Content-Length :\" is that field."},
      {"bad-chunk-extension|bad-chunk-size", "accepts", true, "RFC 9112 7.1.1",
       "What follows the digits of a chunk size and a semicolon or space is skipped as an extension, even "
       "LF.",
       true},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "The two bytes after the data of a chunk are discarded without being checked.", true},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be given twice, in two fields."},
      {"octets", "HPE_INVALID_TRANSFER_ENCODING", false, "RFC 9110 5.6.3",
       "A tab after chunked makes it an unknown coding (llhttp issue 876).", true},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3",
       "Of the codings of a second field, only the last is checked.", true},
      {"chunked-missing", "accepts", true, "RFC 9110 9.3.6",
       "After CONNECT the rest is left to the user, whatever the head says about a body.", true},
  });
  return kKnown;
}

std::span<const Difference> http_parser_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-version|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
       "Any number of empty lines before a message is skipped, even with CR or LF alone."},
      {"excess-bytes", "end of stream|accepts", true, "RFC 9112 2.2, 6.3",
       "Empty lines after a message are skipped, even with CR or LF alone, and so is an empty chunked body "
       "of a 204 or 304."},
      {"end", "more|HPE_INVALID_CHUNK_SIZE|HPE_INVALID_HEADER_TOKEN|HPE_INVALID_CONTENT_LENGTH", true,
       "RFC 9112 6.3",
       "A 101, 204 or 304 does not end after its head if it has a length or coding: the parser waits for a "
       "body.",
       true},
      {"*", "body where none is", true, "RFC 9112 6.3",
       "What follows a 1xx, 204 or 304 with a length or coding is read as its body."},
      {"message", "more|HPE_INVALID_CHUNK_SIZE", true, "RFC 9112 6.3",
       "The same for a 1xx whose body is missing or incomplete."},
      {"message|octets", "HPE_INVALID_CONTENT_LENGTH", false, "RFC 9110 5.6.3, 8.6",
       "A length or chunk size near 2^64 is refused as an overflow, and a length with a tab after it as not "
       "a "
       "number; a length that is not a number is refused even in a 304, which has no body."},
      {"message", "HPE_UNEXPECTED_CONTENT_LENGTH", false, "RFC 9110 5.1, RFC 9112 6.3",
       "A length beside a coding is refused even of a 1xx, 204 or 304, which has no body; and a field whose "
       "name merely begins with Transfer-Encoding is treated as that field, and clashes with "
       "Content-Length."},
      {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are accepted as a status, even 000."},
      {"bad-version", "accepts", false, "RFC 9112 2.2, 2.3",
       "Empty lines before a message are skipped, and any digits are accepted as a version."},
      {"control-byte|nul", "accepts", false, "RFC 9110 5.5",
       "A reason or field value may contain control bytes."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2",
       "CR ends a status line or the head, and the byte after it is discarded without being checked.", true},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, even to a length."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is honoured in HTTP/1.0, where it indicates faulty framing."},
      {"unknown-coding", "accepts", true, "RFC 9112 6.3",
       "Codings are not checked: if the last is not chunked, the body lasts until close."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be given twice."},
      {"space-before-colon|bad-field-name", "accepts", true, "RFC 9112 5.1",
       "A field name may contain a space."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1",
       "Trailers may contain Content-Length and Transfer-Encoding, which are ignored."},
      {"bad-chunk-extension|bad-chunk-size", "accepts", true, "RFC 9112 7.1.1",
       "What follows the digits of a chunk size and a semicolon or space is skipped as an extension."},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "The two bytes after the data of a chunk are discarded without being checked.", true},
      {"octets|end", "octets", true, "RFC 9110 5.6.1, 5.6.3",
       "A tab after chunked (llhttp issue 876), or an empty element before or after it, makes it an unknown "
       "coding, and the body lasts until close."},
      {"more", "end", true, "RFC 9110 5.6.1, 5.6.3", "The same, if nothing or part of the body follows."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
