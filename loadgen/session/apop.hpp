// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The timestamp of a POP3 greeting, without which there is no APOP (RFC 1939 section 7).
#pragma once

#include <optional>
#include <string_view>

namespace backtalk::session {

/// The timestamp in the text of a greeting, with its angle brackets; nullopt if there is none. It
/// has to be a msg-id (RFC 822; RFC 5322 3.6.4): printable ASCII with an "@" within. What is signed
/// is secret and timestamp together, so that a server which may choose any octets learns about the
/// secret by collisions of MD5 (CVE-2007-1558); clients therefore insist on the grammar.
[[nodiscard]] std::optional<std::string_view> apop_timestamp(std::string_view greeting) noexcept;

}  // namespace backtalk::session
