// Pistache 0.0.5. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "adapters/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> pistache_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "Unknown HTTP request method", false, "RFC 9110 9.1", "Only the methods that it knows."},
      {"message", "basic_string::_M_create", false, "RFC 9110 8.6",
       "Room for a body is taken as soon as its length is announced."},
      {"message", "Unsupported Transfer-Encoding", false, "RFC 9112 6.1",
       "Only chunked, and nothing before it."},
  });
  return kKnown;
}

std::span<const Difference> pistache_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "Unsupported Transfer-Encoding", false, "RFC 9112 6.1",
       "Only chunked, and nothing before it."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
