// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Instants, in seconds since 1970, as mail writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::mailbox {

/// Appends date-time of RFC 5322 section 3.3: "Sun, 29 Nov 2026 12:00:00 +0000".
void append_header_date(std::string& out, std::int64_t seconds);

/// Appends IMAP's date-time without its quotes: "29-Nov-2026 12:00:00 +0000".
void append_internal_date(std::string& out, std::int64_t seconds);

/// Reads IMAP's date-time without its quotes, whose day may have a space before it; nullopt if it
/// is none.
[[nodiscard]] std::optional<std::int64_t> read_internal_date(std::string_view text);

/// Reads IMAP's date, without quotes: "1-Feb-1994". Returns its first second, in UTC.
[[nodiscard]] std::optional<std::int64_t> read_date(std::string_view text);

/// The day of a header's Date field, as its first second: the zone is disregarded, as RFC 3501 says
/// for SENTSINCE and its like. nullopt if there is none.
[[nodiscard]] std::optional<std::int64_t> read_header_day(std::string_view text);

}  // namespace backtalk::mailbox
