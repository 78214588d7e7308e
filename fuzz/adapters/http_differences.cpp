// expected: what Backtalk's parser says; got: what the other says.
#include "adapters/http_differences.hpp"

#include <array>

namespace backtalk::fuzz {

std::span<const Difference> beast_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> beast_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> evhtp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> evhtp_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> http_parser_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> http_parser_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> llhttp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> llhttp_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> pico_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> pico_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> pistache_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> pistache_response_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

std::span<const Difference> websocketpp_request_differences() {
  static constexpr auto kKnown = std::to_array<Difference>({
      {"-", "-", false, "", ""},
  });
  return kKnown;
}

}  // namespace backtalk::fuzz
