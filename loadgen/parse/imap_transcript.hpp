// SPDX-License-Identifier: Apache-2.0 OR MIT
/// IMAP responses as JSON lines.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "parse/options.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

inline constexpr std::array<std::string_view, 6> kImapLimits{
    "line_octets_max",     "literal_octets_max", "literal_gather_octets_max",
    "response_octets_max", "tokens_max",         "depth_max"};

[[nodiscard]] std::unique_ptr<Transcript> make_imap_transcript(const Options& options, std::string& out);

}  // namespace backtalk::parse
