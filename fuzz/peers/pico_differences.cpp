// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser, as H2O 2.2.5 has it. Each row: what Backtalk says, what the other says, whether
// that serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> pico_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-method", "accepts", false, "RFC 9110 9.1",
       "More than one empty line before a request line is passed over, and punctuation is part of a method."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "Bytes above 0x7E are part of a target."},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digit is a minor version.", true},
      {"message", "framing", false, "RFC 9110 5.5", "The space at the end of a value is not taken off.",
       true},
      {"octets", "framing", false, "RFC 9110 5.5", "The space at the end of a value is not taken off.", true},
      {"bare-lf", "accepts", true, "RFC 9112 2.2",
       "LF alone ends a field line, and the line of a chunk (fixed in 2024 for the latter)."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR in the line of a chunk is read over, up to LF."},
      {"control-byte", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023).", true},
      {"nul", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023).", true},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023).", true},
      {"bad-chunk-extension", "accepts", true, "RFC 9112 7.1.1",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023).", true},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "LF alone, or with CRs before it, ends the data of a chunk.", true},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are read over."},
      {"space-before-colon", "accepts", false, "RFC 9112 5.1", "Trailers are read over, whatever they are.",
       true},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are read over, whatever they are.",
       true},
      {"bad-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are read over, whatever they are.",
       true},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is given to the user, who has to join it to the value before it."},
      {"end of stream", "more", false, "RFC 9112 2.2",
       "An empty line alone may be the beginning of a request."},
      {"more", "end of stream", false, "RFC 9112 2.2", "An empty line alone is none.", true},
      {"unknown-coding", "accepts", true, "RFC 9112 5.2",
       "A folded line is given to the user, who has to join it to the value before it."},
  });
  return kKnown;
}

std::span<const Difference> pico_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digit is a minor version."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any three digits are a status."},
      {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status.",
       true},
      {"message", "framing", false, "RFC 9110 5.5", "The space at the end of a value is not taken off."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2",
       "LF alone ends a field line, and the line of a chunk (fixed in 2024 for the latter)."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR in the line of a chunk is read over, up to LF."},
      {"control-byte", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023)."},
      {"nul", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023)."},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023)."},
      {"bad-chunk-extension", "accepts", true, "RFC 9112 7.1.1",
       "Anything after the digits of a chunk size is read over, up to LF (fixed in 2023)."},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "LF alone, or with CRs before it, ends the data of a chunk."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are read over."},
      {"space-before-colon", "accepts", false, "RFC 9112 5.1", "Trailers are read over, whatever they are."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are read over, whatever they are.",
       true},
      {"bad-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are read over, whatever they are."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is given to the user, who has to join it to the value before it."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
