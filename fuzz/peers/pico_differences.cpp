// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser, as H2O 2.2.5 has it. Each row: what Backtalk says, what the other says, whether
// that serves to smuggle, the clause, why.
#include <array>

#include "peers/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> pico_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-method", "accepts", false, "RFC 9110 9.1",
       "More than one empty line before a request line is skipped, and punctuation is part of a method."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target may contain bytes above 0x7E."},
      {"octets|end", "chunk", false, "RFC 9112 7.1",
       "A chunk size of more than 16 digits is refused, even if they are leading zeroes.", true},
      {"message", "framing", false, "RFC 9110 5.5", "White space at the end of a value is not removed.",
       true},
      {"octets", "framing", false, "RFC 9110 5.5", "White space at the end of a value is not removed.", true},
      {"bare-lf", "accepts", true, "RFC 9112 2.2",
       "LF alone ends a field line, and the line of a chunk (fixed in 2024 for the latter)."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR in the line of a chunk is skipped, up to LF."},
      {"control-byte", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023).", true},
      {"nul", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023).", true},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023).", true},
      {"bad-chunk-extension", "accepts", true, "RFC 9112 7.1.1",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023).", true},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "LF alone, or with CRs before it, ends the data of a chunk.", true},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are skipped."},
      {"space-before-colon", "accepts", false, "RFC 9112 5.1", "Trailers are skipped without being checked.",
       true},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are skipped without being checked.",
       true},
      {"bad-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are skipped without being checked.",
       true},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is passed to the user, who has to join it to the value before it."},
      {"end of stream", "more", false, "RFC 9112 2.2",
       "A single empty line may be the beginning of a request."},
      {"more", "end of stream", false, "RFC 9112 2.2", "A single empty line is ignored.", true},
  });
  return kKnown;
}

std::span<const Difference> pico_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"octets|end", "chunk", false, "RFC 9112 7.1",
       "A chunk size of more than 16 digits is refused, even if they are leading zeroes."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any three digits are accepted as a status."},
      {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status.",
       true},
      {"message", "framing", false, "RFC 9110 5.5", "White space at the end of a value is not removed."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2",
       "LF alone ends a field line, and the line of a chunk (fixed in 2024 for the latter)."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR in the line of a chunk is skipped, up to LF."},
      {"control-byte", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023)."},
      {"nul", "accepts", false, "RFC 9110 5.5",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023)."},
      {"bad-chunk-size", "accepts", true, "RFC 9112 7.1",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023)."},
      {"bad-chunk-extension", "accepts", true, "RFC 9112 7.1.1",
       "Anything after the digits of a chunk size is skipped, up to LF (fixed in 2023)."},
      {"bad-chunk-end", "accepts", true, "RFC 9112 7.1",
       "LF alone, or with CRs before it, ends the data of a chunk."},
      {"framing-field-in-trailers", "accepts", false, "RFC 9110 6.5.1", "Trailers are skipped."},
      {"space-before-colon", "accepts", false, "RFC 9112 5.1", "Trailers are skipped without being checked."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are skipped without being checked.",
       true},
      {"bad-field-name", "accepts", false, "RFC 9110 5.1", "Trailers are skipped without being checked."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is passed to the user, who has to join it to the value before it."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
