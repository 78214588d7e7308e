// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp 8.1.0, as Debian compiles it: not in its strict mode. Each row: what Backtalk says, what
// the other says, whether that serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> llhttp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-method|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
       "Empty lines before a message are passed over, however many and with CR or LF alone."},
      {"*", "tunnel", true, "RFC 9110 9.3.6",
       "After CONNECT, or an Upgrade that nobody has accepted yet, the rest is left to the user, the body of "
       "that request with it."},
      {"message", "HPE_INVALID_METHOD", false, "RFC 9110 9.1", "Only the methods that it knows."},
      {"message", "HPE_INVALID_URL", false, "RFC 9112 3.2", "A target has to look like a URL.", true},
      {"bad-version", "accepts", true, "RFC 9112 2.3",
       "A request line without a version is one of HTTP/0.9, and yet fields and a body are read (issue "
       "877)."},
      {"bad-method", "accepts", false, "RFC 9110 9.1",
       "More than one empty line before a request line is passed over."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a field line, and the head."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2",
       "CR ends the head, and the byte after it is thrown away unseen (fixed in 9.0)."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "Bytes above 0x7E are part of a target."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, and passed over before the first field."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
      {"unknown-coding|length-with-coding", "accepts", true, "RFC 9112 6.1",
       "An empty Transfer-Encoding is none."},
      {"space-before-colon|bad-field-name", "accepts", true, "RFC 9112 5.1",
       "A space is part of a field name, so that \"Content-Length :\" is not that field for everybody."},
      {"chunk-size-overflow", "accepts", false, "RFC 9112 7.1", "Zeroes before a chunk size are not counted.",
       true},
      {"bad-chunk-extension|bad-chunk-size|control-byte|nul", "accepts", true, "RFC 9112 7.1.1",
       "What follows the digits of a chunk size and a semicolon or space is read over as an extension, LF "
       "included.",
       true},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "The two bytes after the data of a chunk are thrown away unseen (fixed in 9.0)."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1",
       "Trailers may name Content-Length and Transfer-Encoding; they are not obeyed."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be said twice, in two fields.",
       true},
      {"octets", "HPE_STRICT|HPE_INVALID_CHUNK_SIZE", false, "RFC 9112 7.1.1",
       "A quoted pair in a chunk extension is refused (fixed in 9.1).", true},
      {"end|octets", "HPE_INVALID_TRANSFER_ENCODING", false, "RFC 9110 5.6.3",
       "A tab behind chunked makes it another coding (issue 876)."},
      {"message", "HPE_INVALID_VERSION|HPE_PAUSED_H2_UPGRADE|more", false, "RFC 9112 2.3",
       "The method PRI is for HTTP/2.0 alone, and what follows it for another parser.", true},
  });
  return kKnown;
}

std::span<const Difference> llhttp_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-version|bare-lf|bare-cr|more", "end of stream", false, "RFC 9112 2.2",
       "Empty lines before a message are passed over, however many and with CR or LF alone."},
      {"end", "more|HPE_INVALID_CHUNK_SIZE|HPE_INVALID_HEADER_TOKEN|HPE_STRICT", true, "RFC 9112 6.3",
       "The head of a 101, 204 or 304 is not the end of it where a length or coding says otherwise: its body "
       "has not come, or is none."},
      {"*", "body where none is", true, "RFC 9112 6.3",
       "What follows a 1xx, 204 or 304 with a length or coding is read as its body."},
      {"message", "more|HPE_INVALID_CHUNK_SIZE", true, "RFC 9112 6.3",
       "The same for a 1xx whose body has not come, or is none."},
      {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are a status, 000 among them."},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digits are a version."},
      {"control-byte|nul", "accepts", false, "RFC 9110 5.5",
       "A reason or field value may have control bytes."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2",
       "CR ends a status line or the head, and the byte after it is thrown away unseen (fixed in 9.0)."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone ends a line.", true},
      {"obs-fold|bad-content-length", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it, a length too."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
      {"unknown-coding|chunked-not-last", "accepts", false, "RFC 9112 6.3",
       "With a last coding that is not chunked the body goes on until close, as for a response it may, "
       "whatever that coding is."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "chunked may be said twice."},
      {"space-before-colon|bad-field-name", "accepts", true, "RFC 9112 5.1",
       "A space is part of a field name."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1",
       "Trailers may name Content-Length and Transfer-Encoding; they are not obeyed."},
      {"chunk-size-overflow", "accepts", false, "RFC 9112 7.1",
       "Zeroes before a chunk size are not counted."},
      {"bad-chunk-extension|bad-chunk-size", "accepts", true, "RFC 9112 7.1.1",
       "What follows the digits of a chunk size and a semicolon or space is read over as an extension."},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "The two bytes after the data of a chunk are thrown away unseen (fixed in 9.0).", true},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"octets", "octets", true, "RFC 9110 5.6.3",
       "A tab behind chunked makes it another coding, and the body goes on until close (llhttp issue 876)."},
      {"octets", "HPE_STRICT|HPE_INVALID_CHUNK_SIZE", false, "RFC 9112 7.1.1",
       "A quoted pair in a chunk extension is refused (fixed in 9.1)."},
      {"message", "HPE_INVALID_CONTENT_LENGTH", false, "RFC 9110 5.6.3", "A tab behind a length is refused."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.1", "An empty Transfer-Encoding is none.", true},
      {"more", "end", true, "RFC 9110 5.6.3",
       "A tab behind chunked makes it another coding, and the body goes on until close (llhttp issue 876).",
       true},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
