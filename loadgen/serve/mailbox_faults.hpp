// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults of what is kept in mailboxes and told of them: what --verify of the load finds. Those of
/// one connection are counted by themselves.
#pragma once

#include <cstdint>
#include <limits>

namespace backtalk::serve {

struct MailboxFaults {
  std::uint64_t lose_every = 0;       ///< every n-th message is accepted and not kept; 0: none
  std::uint64_t twice_every = 0;      ///< every n-th is kept twice
  std::uint64_t change_every = 0;     ///< of every n-th, an octet of the body is another one
  std::uint64_t uid_again_every = 0;  ///< every n-th gets the UID of the message before it
  /// IMAP: so many EXPUNGE are told, and no others.
  std::uint64_t expunges_told = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace backtalk::serve
