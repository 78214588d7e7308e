// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The timestamp in a greeting, which APOP signs (RFC 1939 7).
#pragma once

#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::pop3 {

/// The first msg-id in the greeting's text, with its angle brackets: "<" 1*atext "@" 1*atext ">",
/// where atext is printable ASCII without "<", ">", "@" and space. nullopt if there is none; then
/// do not use APOP, because a client that signs anything else can be tricked into revealing its
/// password (CVE-2007-1558).
[[nodiscard]] std::optional<std::string_view> find_timestamp(
    std::string_view text BACKTALK_LIFETIMEBOUND) noexcept;

}  // namespace backtalk::pop3
