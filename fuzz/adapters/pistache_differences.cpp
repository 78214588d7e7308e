// Pistache 0.0.5. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "adapters/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> pistache_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "Unknown HTTP request method", false, "RFC 9110 9.1",
       "Only the methods that it knows, and no empty line before them."},
      {"message", "basic_string::_M_create", false, "RFC 9110 8.6",
       "Room for a body is taken as soon as its length is announced."},
      {"message", "Unsupported Transfer-Encoding", false, "RFC 9112 6.1",
       "Only chunked, and nothing before it."},
      {"message", "more", false, "RFC 9112 7.1", "A message is reported only when it is whole."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2",
       "A folded line is a field of its own, whatever stands before its colon."},
      {"control-byte", "accepts", false, "RFC 9110 5.5", "A value or target may have any byte."},
      {"nul", "accepts", false, "RFC 9110 5.5", "A value or target may have any byte."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone ends a line, with the byte after it."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone is part of a value."},
      {"bad-target", "accepts", false, "RFC 9112 3.2", "A target is whatever stands there."},
      {"bad-version", "accepts", false, "RFC 9112 2.3", "A version may be cut short."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"bad-field-name", "accepts", true, "RFC 9110 5.1", "A name is whatever stands before the colon."},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "A name is whatever stands before the colon."},
      {"bad-content-length", "accepts", true, "RFC 9110 8.6",
       "What follows the digits of a length is not looked at."},
      {"repeated-content-length", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts."},
      {"differing-content-lengths", "accepts", true, "RFC 9112 6.3", "Of several lengths the last counts."},
      {"coding-in-http-1-0", "accepts", true, "RFC 9112 6.1",
       "Transfer-Encoding is obeyed in HTTP/1.0, where it means faulty framing."},
  });
  return kKnown;
}

std::span<const Difference> pistache_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "more", true, "RFC 9112 6.3",
       "A message is reported only when it is whole; 204 and 304 wait for a body where a length says so."},
      {"message", "basic_string::_M_create", false, "RFC 9110 8.6",
       "Room for a body is taken as soon as its length is announced."},
      {"message", "Unsupported Transfer-Encoding", false, "RFC 9112 6.1",
       "Only chunked, and nothing before it."},
      {"obs-fold", "accepts", true, "RFC 9112 5.2", "A folded line is a field of its own."},
      {"control-byte", "accepts", false, "RFC 9110 5.5", "A value may have any byte."},
      {"nul", "accepts", false, "RFC 9110 5.5", "A value may have any byte."},
      {"bare-cr", "accepts", true, "RFC 9112 2.2", "CR alone ends a line, with the byte after it."},
      {"bare-lf", "accepts", true, "RFC 9112 2.2", "LF alone is part of a value."},
      {"bad-field-name", "accepts", true, "RFC 9110 5.1", "A name is whatever stands before the colon."},
      {"space-before-colon", "accepts", true, "RFC 9112 5.1", "A name is whatever stands before the colon."},
      {"empty-field-name", "accepts", false, "RFC 9110 5.1", "A field needs no name."},
      {"bad-status-code", "accepts", false, "RFC 9110 15", "Any digits are a status."},
      {"bad-content-length", "accepts", true, "RFC 9110 8.6",
       "What follows the digits of a length is not looked at."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
