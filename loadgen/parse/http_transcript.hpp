// SPDX-License-Identifier: Apache-2.0 OR MIT
/// HTTP/1.x responses and requests as JSON lines.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "parse/options.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

inline constexpr std::array<std::string_view, 6> kHttpLimits{
    "head_octets_max", "line_octets_max", "fields_max", "trailer_octets_max", "chunk_extension_octets_max",
    "interims_max"};

/// Responses, or requests with `http_request`. With `http_head`, every response answers a HEAD
/// request; with `http_connect`, a CONNECT request, as long as there was no tunnel.
[[nodiscard]] std::unique_ptr<Transcript> make_http_transcript(const Options& options, std::string& out);

}  // namespace backtalk::parse
