// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The statuses of IMAP (RFC 3501 7.1, RFC 9051 7.1), and "+", which answers IDLE.
#pragma once

#include <cstdint>
#include <span>

#include "backtalk/imap/response.hpp"
#include "session/session.hpp"

namespace backtalk::session {

/// In the order of their indices.
enum class ImapStatus : std::uint16_t { ok, no, bad, preauth, bye, go_on };

/// The index of a status that a response has; kNoStatus for Status::none.
[[nodiscard]] constexpr std::uint16_t imap_status(imap::Status status) noexcept {
  switch (status) {
    case imap::Status::none: break;
    case imap::Status::ok: return static_cast<std::uint16_t>(ImapStatus::ok);
    case imap::Status::no: return static_cast<std::uint16_t>(ImapStatus::no);
    case imap::Status::bad: return static_cast<std::uint16_t>(ImapStatus::bad);
    case imap::Status::bye: return static_cast<std::uint16_t>(ImapStatus::bye);
    case imap::Status::preauth: return static_cast<std::uint16_t>(ImapStatus::preauth);
  }
  return kNoStatus;
}

/// Their names, "OK", and which of them refuse: NO, BAD and BYE. Static storage.
[[nodiscard]] std::span<const Status> imap_statuses() noexcept;

}  // namespace backtalk::session
