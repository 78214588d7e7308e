// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the POP3 sessions of a run do: fixed before the run, shared by all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backtalk/tolerate.hpp"
#include "session/login.hpp"
#include "session/script.hpp"

namespace backtalk::session {

struct Pop3Plan {
  bool starttls = false;  ///< only CAPA and STLS go out in the clear (RFC 2595)
  LoginPlan login;
  /// A transaction is one pass: which one, the transaction's number and the passes' weights decide.
  Script script;
  unsigned depth = 1;  ///< commands in flight on a connection, from 1 to 1024
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
