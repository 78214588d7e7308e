// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The answers to LIST, UIDL and STAT (RFC 1939 5, 7). All numbers are checked for overflow.
///
/// Each line is read by itself: one that is invalid costs itself alone, and its error has the
/// offset in that line. With tolerate::extra_spaces there may be more spaces, or tabs, around its
/// parts.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::pop3 {

/// drop-listing = nn SP mm [SP text]: the text of the +OK that answers STAT.
struct DropListing {
  std::uint32_t messages = 0;
  std::uint64_t octets = 0;
};

/// scan-listing = message-number SP octets [SP text]: a line of LIST, or the text of the +OK that
/// answers LIST n.
struct ScanListing {
  std::uint32_t message = 0;  ///< from 1
  std::uint64_t octets = 0;
};

/// unique-id-listing = message-number SP unique-id: a line of UIDL, or the text of the +OK that
/// answers UIDL n.
struct UniqueIdListing {
  std::uint32_t message = 0;  ///< from 1
  std::string_view id;        ///< 1 to 70 characters from 0x21 to 0x7E; a view of the line
};

/// Reads a drop listing. Text after the second number and a space is ignored: RFC 1939 5
/// discourages it but allows it.
[[nodiscard]] Result<DropListing> read_drop_listing(std::string_view text) noexcept;
[[nodiscard]] Result<DropListing> read_drop_listing(std::string_view text, Tolerances tolerances) noexcept;

/// Reads a scan listing. Text after the second number and a space is ignored, as above.
[[nodiscard]] Result<ScanListing> read_scan_listing(std::string_view line) noexcept;
[[nodiscard]] Result<ScanListing> read_scan_listing(std::string_view line, Tolerances tolerances) noexcept;

/// Reads a unique-id listing.
[[nodiscard]] Result<UniqueIdListing> read_unique_id_listing(
    std::string_view line BACKTALK_LIFETIMEBOUND) noexcept;
[[nodiscard]] Result<UniqueIdListing> read_unique_id_listing(std::string_view line BACKTALK_LIFETIMEBOUND,
                                                             Tolerances tolerances) noexcept;

}  // namespace backtalk::pop3
