// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the POP3 sessions of a run do: fixed before the run, shared by all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backtalk/tolerate.hpp"
#include "session/delivery_log.hpp"
#include "session/login.hpp"
#include "session/script.hpp"

namespace backtalk::session {

struct Pop3Plan {
  bool starttls = false;  ///< only CAPA and STLS go out in the clear (RFC 2595)
  LoginPlan login;
  /// A transaction is one pass: which one, the transaction's number and the passes' weights
  /// decide.
  Script script;
  unsigned depth = 1;  ///< commands in flight on a connection, from 1 to 1024
  /// Tell the observer how long messages took whose header says when they were sent (SentStamp).
  bool times_deliveries = false;
  /// The sessions watch a mailbox each (session/pop3_watch.hpp), that of their index, and tell
  /// what comes; null: they do not. In a pass of `script` a STAT stands before the block that is
  /// said for each message, which has a TOP and is said for the new ones alone. Outlives the
  /// sessions.
  DeliveryLog* deliveries = nullptr;
  /// What the server says is compared with what it said before, and messages with their checksums.
  bool verifies = false;
  /// docs/quirks.md says why these.
  Tolerances tolerances = tolerate::mail_servers | tolerate::bare_continuation;
};

/// The most commands of a connection that wait for their answers.
[[nodiscard]] inline std::size_t pending_commands_max(const Pop3Plan& plan) {
  // The greeting, or a command of the login, and QUIT.
  constexpr std::size_t kOfConnection = 2;
  return plan.depth + kOfConnection;
}

}  // namespace backtalk::session
