// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The timestamp in a greeting, which APOP signs (RFC 1939 7).
#pragma once

#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::pop3 {

/// The first thing in the greeting's text that has the form of a msg-id, with its angle brackets:
/// "<" 1*atext "@" 1*atext ">", where atext is printable ASCII without "<", ">", "@" and space. Nothing where
/// there is none, and then APOP must not be used: a client that signs anything else can be made to give its
/// password away (CVE-2007-1558).
[[nodiscard]] std::optional<std::string_view> find_timestamp(
    std::string_view text BACKTALK_LIFETIMEBOUND) noexcept;

}  // namespace backtalk::pop3
