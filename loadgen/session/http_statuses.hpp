// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The statuses of HTTP: one for each status code of RFC 9110 15, in the order of the codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "session/session.hpp"

namespace backtalk::session {

inline constexpr unsigned kHttpStatusFirst = 100;
inline constexpr unsigned kHttpStatusEnd = 600;
inline constexpr std::size_t kHttpStatuses = kHttpStatusEnd - kHttpStatusFirst;

/// The index of a code; kNoStatus for one of no class, which parsers take if they are told to.
[[nodiscard]] constexpr std::uint16_t http_status(unsigned code) noexcept {
  if (code < kHttpStatusFirst || code >= kHttpStatusEnd) return kNoStatus;
  return static_cast<std::uint16_t>(code - kHttpStatusFirst);
}

/// Their names, "200", and which of them refuse: 4xx and 5xx. Static storage.
[[nodiscard]] std::span<const Status> http_statuses() noexcept;

}  // namespace backtalk::session
