// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which commands of IMAP may be in progress together (RFC 3501 5.5, RFC 9051 5.5).
///
/// A client does not send a command behind others if their results could depend on the order in
/// which the server carries them out:
///
/// - An untagged EXPUNGE moves the message numbers. Servers may send it while any command is in
///   progress but FETCH, STORE and SEARCH (without UID). So a command with message numbers waits
///   until all others are answered.
/// - What changes the state of the connection (LOGIN, SELECT, CLOSE, LOGOUT, ...), IDLE, and a
///   command whose literal waits for "+", are in progress alone.
///
/// A STORE and a FETCH of the same message may be in progress together: a server that sees that one
/// affects the other has to carry them out in order.
#pragma once

#include <string_view>

#include "session/imap_commands.hpp"

namespace backtalk::session {

/// What a command means for the others.
struct ImapOrder {
  bool alone = false;            ///< it is in progress while no other is
  bool uses_numbers = false;     ///< it has message numbers, or gets them
  bool permits_expunge = false;  ///< message numbers may move while it is in progress
};

/// `line` is the command as it is sent, without tag. It tells whether a UID command has message
/// numbers among its criteria.
[[nodiscard]] ImapOrder order_of(ImapCommand command, std::string_view line) noexcept;

/// True if a search key of the line, such as "UID SEARCH OR 1:5 UNSEEN", is a set of message
/// numbers. Numbers behind UID, LARGER and the like are none.
[[nodiscard]] bool has_message_numbers(std::string_view line) noexcept;

}  // namespace backtalk::session
