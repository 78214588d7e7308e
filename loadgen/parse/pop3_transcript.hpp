// SPDX-License-Identifier: Apache-2.0 OR MIT
/// POP3 responses as JSON lines.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "parse/options.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

inline constexpr std::array<std::string_view, 1> kPop3Limits{"line_octets_max"};

[[nodiscard]] std::unique_ptr<Transcript> make_pop3_transcript(const Options& options, std::string& out);

}  // namespace backtalk::parse
