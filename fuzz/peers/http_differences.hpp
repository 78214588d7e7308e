// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where foreign HTTP parsers and Backtalk's are known to part. A row is a cause, and names every
/// word that it shows in. "*" stands only beside "tunnel" and "body where none is", which are said
/// for one cause alone: the other side may be anywhere in what the one takes for no message, or for
/// a body.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// One table out of what a parser does on both sides and what it does on one.
template <std::size_t kBoth, std::size_t kOne>
[[nodiscard]] consteval std::array<Difference, kBoth + kOne> joined(const std::array<Difference, kBoth>& both,
                                                                    const std::array<Difference, kOne>& one) {
  std::array<Difference, kBoth + kOne> all;
  std::ranges::copy(one, std::ranges::copy(both, all.begin()).out);
  return all;
}

[[nodiscard]] std::span<const Difference> beast_request_differences();
[[nodiscard]] std::span<const Difference> beast_response_differences();
[[nodiscard]] std::span<const Difference> evhtp_request_differences();
[[nodiscard]] std::span<const Difference> evhtp_response_differences();
[[nodiscard]] std::span<const Difference> evhtp_differences_in_pieces();
[[nodiscard]] std::span<const Difference> http_parser_request_differences();
[[nodiscard]] std::span<const Difference> http_parser_response_differences();
[[nodiscard]] std::span<const Difference> llhttp_request_differences();
[[nodiscard]] std::span<const Difference> llhttp_response_differences();
[[nodiscard]] std::span<const Difference> pico_request_differences();
[[nodiscard]] std::span<const Difference> pico_response_differences();
[[nodiscard]] std::span<const Difference> websocketpp_request_differences();

}  // namespace backtalk::fuzz
