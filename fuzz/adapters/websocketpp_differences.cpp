// WebSocket++ 0.8.2. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "adapters/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> websocketpp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"end of stream", "Incomplete Request", false, "RFC 9112 2.2",
       "Empty lines before a request line are refused; a server should pass over one."},
      {"message", "Incomplete Request", false, "RFC 9112 3.2",
       "A request needs Host, in HTTP/1.0 too, and no empty line before it."},
      {"octets", "Incomplete Request", false, "RFC 9112 3.2", "The same, where a body follows.", true},
      {"octets", "end", true, "RFC 9112 6.3", "chunked is not known: the chunks are the next request.", true},
      {"more", "end", true, "RFC 9112 6.3", "The same, where the chunks have not come.", true},
      {"message", "HTTP message body too large", false, "RFC 9110 15.5.14", "A limit of its own."},
      {"octets", "HTTP message body too large", false, "RFC 9110 15.5.14", "A limit of its own.", true},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "A version is whatever stands there."},
      {"bad-target", "accepts", false, "RFC 9112 3.2",
       "A target is whatever stands there, nothing included."},
      {"bad-start-line", "accepts", false, "RFC 9112 3", "What follows the version is part of it."},
      {"control-byte", "accepts", false, "RFC 9110 5.5",
       "A value or target may have any byte but CR with LF."},
      {"nul", "accepts", false, "RFC 9110 5.5", "A value or target may have any byte but CR with LF."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "A value or target may have any byte but CR with LF.",
       true},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone is part of a value.", true},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "The space around a name is taken off.", true},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is a field of its own, whatever stands before its colon.", true},
      {"bad-content-length", "accepts", true, "RFC 9110 8.6",
       "A length is what strtoul makes of it: no digits are 0, and what follows digits is not looked at.",
       true},
      {"repeated-content-length", "accepts", false, "RFC 9112 6.3", "Of several lengths the first counts."},
      {"differing-content-lengths", "accepts", true, "RFC 9112 6.3", "Of several lengths the first counts.",
       true},
      {"content-length-overflow", "accepts", true, "RFC 9110 8.6", "A length is what strtoul makes of it.",
       true},
      {"length-with-coding", "accepts", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.", true},
      {"unknown-coding", "accepts", true, "RFC 9112 6.1", "Transfer-Encoding is not looked at.", true},
      {"chunked-missing", "accepts", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.", true},
      {"chunked-not-last", "accepts", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.", true},
      {"repeated-chunked", "accepts", true, "RFC 9112 6.1", "Transfer-Encoding is not looked at.", true},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1", "Transfer-Encoding is not looked at.", true},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1", "Transfer-Encoding is not looked at.", true},
      {"bad-chunk-extension", "accepts", true, "RFC 9112 7.1.1", "Transfer-Encoding is not looked at.", true},
      {"chunk-size-overflow", "accepts", false, "RFC 9112 7.1", "Transfer-Encoding is not looked at."},
      {"end of stream", "Invalid request line1", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.",
       true},
      {"framing-field-in-trailers", "accepts", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.",
       true},
      {"message", "more", false, "RFC 9112 6", "A head is told of with the first of its body."},
      {"message", "Maximum header size exceeded.", false, "RFC 6585 5", "A limit of its own."},
      {"bad-method", "accepts", false, "RFC 9110 9.1", "A method may be empty.", true},
      {"bad-field-name", "accepts", true, "RFC 9112 6.3", "Transfer-Encoding is not looked at.", true},
      {"more", "end of stream", false, "RFC 9112 2.2",
       "An empty line alone is none, CR or LF alone included.", true},
      {"bare-lf", "end of stream", false, "RFC 9112 2.2", "The same.", true},
      {"bare-cr", "end of stream", false, "RFC 9112 2.2", "The same.", true},
      {"message", "Invalid request line1", true, "RFC 9112 6.3",
       "Transfer-Encoding is not looked at: the chunks are the next request.", true},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
