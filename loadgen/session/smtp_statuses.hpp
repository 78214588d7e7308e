// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The statuses of SMTP and LMTP: one for each reply code of RFC 5321 4.2, in the order of the
/// codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "backtalk/detail/expect.hpp"
#include "session/session.hpp"

namespace backtalk::session {

// Reply-code = %x32-35 %x30-35 %x30-39
inline constexpr unsigned kSmtpStatusesOfClass = 60;
inline constexpr std::size_t kSmtpStatuses = std::size_t{4} * kSmtpStatusesOfClass;

/// What a script expects that only says that a command must be accepted: by 354 if it is DATA, by
/// any 2xx if it is another. No status of a reply.
inline constexpr std::uint16_t kSmtpAccepted = kSmtpStatuses;

/// The index of a code that the grammar has: 200 to 259, 300 to 359, 400 to 459 and 500 to 559.
[[nodiscard]] constexpr std::uint16_t smtp_status(unsigned code) noexcept {
  BACKTALK_EXPECT(code >= 200 && code < 600 && code % 100 < kSmtpStatusesOfClass);
  return static_cast<std::uint16_t>((code / 100 - 2) * kSmtpStatusesOfClass + code % 100);
}

/// Their names, "250", and which of them refuse: 4xx and 5xx. Static storage.
[[nodiscard]] std::span<const Status> smtp_statuses() noexcept;

}  // namespace backtalk::session
