// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults in the replies themselves: after a number of good ones on a connection, something else is
/// sent.
#pragma once

#include <cstdint>

namespace backtalk::serve {

enum class ReplyFault : std::uint8_t {
  none,
  close,    ///< closes without the reply
  reset,    ///< resets the connection without the reply
  mute,     ///< never replies again
  half,     ///< sends half of the reply and closes
  bare_lf,  ///< ends the reply with LF alone
  bare_cr,  ///< ends the reply with CR alone and goes on
  nul,      ///< puts a NUL into the reply
  garbage,  ///< sends binary noise in the reply's place
  endless,  ///< sends 1 MiB of a line that does not end
  unasked,  ///< sends the reply twice
  early,    ///< sends the reply twice once, and is a reply ahead from there on
  last,     ///< sends the reply and closes
};

struct ReplyFaults {
  ReplyFault fault = ReplyFault::none;
  std::uint64_t after_replies = 0;  ///< good replies before the fault, on each connection
};

}  // namespace backtalk::serve
