// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The statuses of POP3: +OK, and -ERR with each response code that this library knows (RFC 2449 8,
/// RFC 3206, RFC 6856).
#pragma once

#include <cstdint>
#include <span>

#include "backtalk/pop3/response.hpp"
#include "session/session.hpp"

namespace backtalk::session {

/// The indices of "+OK" and of "-ERR" without a known code: what a script expects.
inline constexpr std::uint16_t kPop3Ok = 0;
inline constexpr std::uint16_t kPop3Err = 1;

/// The index of the status of a response. One that is a continuation has none: kNoStatus.
[[nodiscard]] std::uint16_t pop3_status(const pop3::Status& response) noexcept;

/// Their names, "+OK", "-ERR", "-ERR [IN-USE]", and which of them refuse. Static storage.
[[nodiscard]] std::span<const Status> pop3_statuses() noexcept;

}  // namespace backtalk::session
