// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How the HTTP parsers are driven: limits, tolerances, and which requests the responses answer.
#pragma once

#include <array>
#include <span>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/http/response_parser.hpp"

namespace backtalk::fuzz {

inline constexpr Tolerances kHttpTolerances =
    tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes | tolerate::obs_fold |
    tolerate::missing_reason | tolerate::equal_content_lengths | tolerate::space_before_colon |
    tolerate::length_with_coding | tolerate::chunk_size_space | tolerate::any_status |
    tolerate::coding_in_http_1_0 | tolerate::repeated_chunked | tolerate::empty_lines |
    tolerate::identity_coding | tolerate::junk_field_lines | tolerate::status_line_spaces |
    tolerate::empty_line_before_chunk | tolerate::icy_status;

[[nodiscard]] inline http::Limits http_limits(const Settings& settings) {
  if (!settings.small_limits) return {};
  return {.head_octets_max = 80,
          .line_octets_max = 40,
          .fields_max = 3,
          .trailer_octets_max = 24,
          .chunk_extension_octets_max = 8,
          .interims_max = 2};
}

inline constexpr unsigned kHttpVariants = 5;

/// The methods of the requests that were sent before the stream came; what follows them answers a
/// GET.
[[nodiscard]] inline std::span<const http::Method> http_requests_sent(unsigned variant) {
  using http::Method;
  static constexpr std::array kHead{Method::head};
  static constexpr std::array kConnect{Method::connect};
  static constexpr std::array kMixed{Method::other, Method::head, Method::other, Method::connect};
  static constexpr std::array kHeads{Method::head, Method::head, Method::head, Method::head};
  switch (variant) {
    case 0: return {};
    case 1: return kHead;
    case 2: return kConnect;
    case 3: return kMixed;
    default: return kHeads;
  }
}

}  // namespace backtalk::fuzz
