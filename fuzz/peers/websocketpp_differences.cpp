// SPDX-License-Identifier: Apache-2.0 OR MIT
// WebSocket++ 0.8.2. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> websocketpp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"end of stream", "Incomplete Request", false, "RFC 9112 2.2",
       "Empty lines before a request line are refused; a server should skip one."},
      {"message|octets", "Incomplete Request", false, "RFC 9112 3.2",
       "A request needs Host, even in HTTP/1.0, and no empty line may precede it."},
      {"more|bare-lf|bare-cr", "end of stream", false, "RFC 9112 2.2",
       "A single empty line is ignored, even with CR or LF alone.", true},
      {"message", "more", false, "RFC 9112 6",
       "A head is reported together with the first bytes of its body."},
      {"message|octets", "HTTP message body too large", false, "RFC 9110 15.5.14",
       "It has a limit of its own."},
      {"message", "Maximum header size exceeded.", false, "RFC 6585 5", "It has a limit of its own."},
      {"octets|more", "end", true, "RFC 9112 6.3",
       "chunked is unknown: the chunks are read as the next request.", true},
      {"message|end of stream", "Invalid request line1", true, "RFC 9112 6.3",
       "The same: the chunks are read as the next request, and refused.", true},
      {"length-with-coding|unknown-coding|chunked-missing|chunked-not-last|repeated-chunked|coding-in-http-1-"
       "0|"
       "bad-chunk-size|bad-chunk-extension|chunk-size-overflow|framing-field-in-trailers|bad-field-name",
       "accepts", true, "RFC 9112 6.3",
       "Transfer-Encoding is ignored, so errors in it or in chunks go unnoticed."},
      {"bad-method", "accepts", false, "RFC 9110 9.1", "A method may be empty.", true},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may be any text, even empty."},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "A version may be any text."},
      {"bad-start-line", "accepts", false, "RFC 9112 3", "What follows the version is part of it."},
      {"control-byte|nul|bare-cr", "accepts", true, "RFC 9112 2.2",
       "A value or target may contain any byte except CR with LF."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "A value may contain LF alone.", true},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field may have an empty name."},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "White space around a name is removed.", true},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is a field of its own, whatever precedes its colon.", true},
      {"bad-content-length|content-length-overflow", "accepts", true, "RFC 9110 8.6",
       "A length is read by strtoul: without digits it is 0, and what follows the digits is ignored.", true},
      {"repeated-content-length|differing-content-lengths", "accepts", true, "RFC 9112 6.3",
       "Of several lengths the first counts."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
