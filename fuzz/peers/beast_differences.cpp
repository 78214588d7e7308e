// SPDX-License-Identifier: Apache-2.0 OR MIT
// Boost.Beast 1.81. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> beast_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "bad method", false, "RFC 9112 2.2",
       "Empty lines before a request line are refused; a server should pass over one."},
      {"end of stream", "bad method", false, "RFC 9112 2.2",
       "The same, where nothing follows the empty line."},
      {"message", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is no list of tokens is refused.", true},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "Bytes above 0x7E are part of a target."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is joined to the value before it; a server must refuse or replace it."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing (fixed in 2026)."},
      {"chunked-missing", "accepts", true, "RFC 9112 6.3",
       "A request whose codings lack chunked has no body; it must be refused (fixed in 2026)."},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3",
       "chunked counts only where it is last, and else the request has no body; it must be refused (fixed in "
       "2026)."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1",
       "chunked twice in one list is none, and the request has no body (fixed in 2026)."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3",
       "Content-Length after a Transfer-Encoding without chunked is obeyed (fixed in 2026)."},
      {"repeated-content-length", "accepts", false, "RFC 9112 6.3",
       "Content-Lengths that agree are one, as a recipient may have it."},
      {"octets", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is no list of tokens is refused.", true},
      {"bare-lf", "accepts", true, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026).", true},
      {"control-byte", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026).", true},
      {"nul", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026).", true},
      {"unknown-coding", "accepts", true, "RFC 9112 7",
       "What is malformed ends the list of codings: chunked before it counts, and without it the field is "
       "passed over.",
       true},
      {"bad-chunk-extension", "accepts", false, "RFC 9112 7.1.1",
       "White space around ; and = is read over, as a recipient must; Backtalk refuses it.", true},
      {"bad-chunk-size", "accepts", false, "RFC 9112 7.1.1", "The same, before the first ; of a line.", true},
      {"chunk-size-overflow", "accepts", false, "RFC 9112 7.1", "Zeroes before a chunk size are not counted.",
       true},
  });
  return kKnown;
}

std::span<const Difference> beast_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "bad value", false, "RFC 9110 7.6.1",
       "A Connection field that is no list of tokens is refused."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any three digits are a status."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2", "A folded line is joined to the value before it."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3",
       "Content-Length after a Transfer-Encoding without chunked is obeyed (fixed in 2026)."},
      {"repeated-content-length", "accepts", false, "RFC 9112 6.3",
       "Content-Lengths that agree are one, as a recipient may have it."},
      {"chunked-not-last", "accepts", false, "RFC 9112 6.3",
       "The body goes on until close, as for a response it may."},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "The body goes on until close."},
      {"bare-lf", "accepts", true, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026)."},
      {"control-byte", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026)."},
      {"nul", "accepts", false, "RFC 9112 7.1.1",
       "The quoted value of a chunk extension may have any byte (fixed in 2026)."},
      {"unknown-coding", "accepts", true, "RFC 9112 7",
       "What is malformed ends the list of codings: chunked before it counts, and without it the field is "
       "passed over.",
       true},
      {"bad-chunk-extension", "accepts", false, "RFC 9112 7.1.1",
       "White space around ; and = is read over, as a recipient must; Backtalk refuses it."},
      {"bad-chunk-size", "accepts", false, "RFC 9112 7.1.1", "The same, before the first ; of a line."},
      {"chunk-size-overflow", "accepts", false, "RFC 9112 7.1",
       "Zeroes before a chunk size are not counted."},
      {"bad-content-length", "accepts", true, "RFC 9112 5.2", "A length on a folded line is one."},
      {"end", "bad value", false, "RFC 9110 6.5.1",
       "A Connection among the trailers that is no list is refused.", true},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
