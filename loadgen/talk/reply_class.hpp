// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a line of a server means to its user at a glance.
#pragma once

#include <cstdint>
#include <string_view>

#include "talk/dialect.hpp"

namespace backtalk::talk {

enum class ReplyClass : std::uint8_t {
  none,      ///< a line of a body, or one that cannot be read
  positive,  ///< 2xx, +OK, OK
  waiting,   ///< 3xx, "+": the server waits for more, or sends elsewhere
  refused,   ///< 4xx, NO
  failed,    ///< 5xx, -ERR, BAD, BYE
  untagged   ///< IMAP data that nothing is wrong with; 1xx
};

/// The class of a line that begins an answer. Of SMTP also of one that goes on with it, which has
/// its code again.
[[nodiscard]] ReplyClass class_of(Protocol protocol, std::string_view line);

}  // namespace backtalk::talk
