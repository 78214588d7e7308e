// SPDX-License-Identifier: Apache-2.0 OR MIT
// Boost.Beast 1.81. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> beast_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "bad method", false, "RFC 9112 2.2",
       "Empty lines before a request line are refused; a server should skip one."},
      {"end of stream", "bad method", false, "RFC 9112 2.2", "The same, if nothing follows the empty line."},
      {"message", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is not a list of tokens is refused.", true},
      {"message", "bad version", false, "RFC 9110 6.2",
       "Of HTTP/1, only the versions 1.0 and 1.1 are accepted."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may contain bytes above 0x7E."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it; a server must refuse or replace it."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is honoured in HTTP/1.0, where it indicates faulty framing (fixed in 2026)."},
      {"chunked-missing", "accepts", true, "RFC 9112 6.3",
       "A request whose codings lack chunked has no body; it must be refused (fixed in 2026)."},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3",
       "chunked counts only if it is last; otherwise the request, which must be refused, has no body (fixed "
       "in 2026)."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1",
       "chunked given twice in one list is ignored, and the request has no body (fixed in 2026)."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3",
       "Content-Length after a Transfer-Encoding without chunked is honoured (fixed in 2026)."},
      {"repeated-content-length", "accepts", false, "RFC 9112 6.3",
       "Equal Content-Lengths count as one, which the RFC allows."},
      {"octets", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is not a list of tokens is refused.", true},
      {"bare-lf", "accepts", true, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026).", true},
      {"control-byte", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026).", true},
      {"nul", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026).", true},
      {"unknown-coding", "accepts", true, "RFC 9112 7",
       "Malformed text ends the list of codings: chunked before it counts; without chunked the field is "
       "ignored.",
       true},
      {"bad-chunk-extension", "accepts", false, "RFC 9112 7.1.1",
       "White space around ; and = is skipped, as the RFC demands; Backtalk refuses it.", true},
      {"bad-chunk-size", "accepts", false, "RFC 9112 7.1.1", "The same, before the first ; of a line.", true},
  });
  return kKnown;
}

std::span<const Difference> beast_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is not a list of tokens is refused."},
      {"message", "bad version", false, "RFC 9110 6.2",
       "Of HTTP/1, only the versions 1.0 and 1.1 are accepted."},
      {"message", "bad Transfer-Encoding", false, "RFC 9112 6.3",
       "Transfer-Encoding is refused after a Content-Length, even of a 1xx, 204 or 304, and after a "
       "Transfer-Encoding that ends in chunked, although the body could go on until close."},
      {"message", "bad Content-Length", false, "RFC 9112 6.3",
       "A Content-Length that is not a number, or follows chunked, is refused even of a 1xx, 204 or 304, "
       "which has no body."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any three digits are accepted as a status."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2", "A folded line is joined to the value before it."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is honoured in HTTP/1.0, where it indicates faulty framing."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3",
       "Content-Length after a Transfer-Encoding without chunked is honoured (fixed in 2026)."},
      {"repeated-content-length", "accepts", false, "RFC 9112 6.3",
       "Equal Content-Lengths count as one, which the RFC allows."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "The body lasts until close."},
      {"bare-lf", "accepts", true, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026)."},
      {"control-byte", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026)."},
      {"nul", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may contain any byte (fixed in 2026)."},
      {"unknown-coding", "accepts", true, "RFC 9112 7",
       "Malformed text ends the list of codings: chunked before it counts; without chunked the field is "
       "ignored.",
       true},
      {"bad-chunk-extension", "accepts", false, "RFC 9112 7.1.1",
       "White space around ; and = is skipped, as the RFC demands; Backtalk refuses it."},
      {"bad-chunk-size", "accepts", false, "RFC 9112 7.1.1", "The same, before the first ; of a line."},
      {"octets|end", "octets", true, "RFC 9110 5.6.4",
       "A comma in the quoted value of a coding's parameter ends the element, so that chunked behind it is "
       "not seen, and the body lasts until close."},
      {"end", "bad value", false, "RFC 9110 6.5.1",
       "A Connection field in the trailers that is not a list is refused.", true},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
