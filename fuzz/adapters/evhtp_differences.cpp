// The parser of libevhtp 1.2.18. Each row: what Backtalk says, what the other says, whether that
// serves to smuggle, the clause, why.
#include <array>

#include "adapters/http_differences.hpp"

namespace backtalk::fuzz {

std::span<const Difference> evhtp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"bad-version", "accepts", false, "RFC 9112 2.3",
       "A request line without a version is one of HTTP/0.9."},
  });
  return kKnown;
}

std::span<const Difference> evhtp_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"message", "more", false, "RFC 9110 15.2", "The body of a response without a length is never over."},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
