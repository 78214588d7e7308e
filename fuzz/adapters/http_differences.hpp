/// Where foreign HTTP parsers and Backtalk's are known to part.
#pragma once

#include <span>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

[[nodiscard]] std::span<const Difference> beast_request_differences();
[[nodiscard]] std::span<const Difference> beast_response_differences();
[[nodiscard]] std::span<const Difference> evhtp_request_differences();
[[nodiscard]] std::span<const Difference> evhtp_response_differences();
[[nodiscard]] std::span<const Difference> http_parser_request_differences();
[[nodiscard]] std::span<const Difference> http_parser_response_differences();
[[nodiscard]] std::span<const Difference> llhttp_request_differences();
[[nodiscard]] std::span<const Difference> llhttp_response_differences();
[[nodiscard]] std::span<const Difference> pico_request_differences();
[[nodiscard]] std::span<const Difference> pico_response_differences();
[[nodiscard]] std::span<const Difference> websocketpp_request_differences();

}  // namespace backtalk::fuzz
