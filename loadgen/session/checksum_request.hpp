// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The field by which a request of HTTP asks for the fields that --verify reads: a server that
/// knows it adds them (session/message_checksum.hpp) to this answer, and to no other.
#pragma once

#include <string_view>

#include "session/http_plan.hpp"

namespace backtalk::session {

inline constexpr std::string_view kVerifyFieldName = "X-Backtalk-Verify";

/// Adds the field to all requests of the plan. One that has no room for it, which is longer than
/// all but a few octets of CommandWriter::kCommandOctetsMax, stays as it is.
void ask_for_checksums(HttpPlan& plan);

}  // namespace backtalk::session
