// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults that only a mail sink has. They are counted per connection.
#pragma once

#include <cstdint>

namespace backtalk::serve {

struct SmtpFaults {
  std::uint64_t refuse_sender_every = 0;     ///< every n-th MAIL is refused; 0: none
  std::uint64_t refuse_recipient_every = 0;  ///< every n-th RCPT
  std::uint64_t refuse_message_every = 0;    ///< every n-th message, at its end
  std::uint64_t deliver_after_ns = 0;        ///< how long an accepted message is not in its mailbox
  std::uint64_t messages_max = 0;            ///< messages on a connection, then 421; 0: no limit
};

}  // namespace backtalk::serve
