// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the SMTP or LMTP sessions of a run do that follow a script: fixed before the run, shared by
/// all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "session/command_template.hpp"
#include "session/message_mix.hpp"
#include "session/script.hpp"
#include "session/smtp_plan.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

struct SmtpScriptPlan : SmtpConnectionPlan {
  /// A transaction is one pass: which one, the transaction's number and the passes' weights decide.
  /// With a depth above 1 commands go out together as the script has them, and that many passes are
  /// in flight, as far as they do not have to wait for a reply.
  Script script;
  NumberedPath from;  ///< {from}
  /// {to}: the next one with each transaction, and with each RCPT of one; at least one.
  std::vector<NumberedPath> recipients;
  WireMessage message;  ///< {message}
  MessageMix messages;  ///< {message} of passes, in its place; or empty
};

/// Fills in what is the same in every transaction, so that the sessions do not have to: {from},
/// {to} if there is one recipient, and how many octets {message} has if all are of one size. What
/// they say stays the same.
void fill_in_constants(SmtpScriptPlan& plan);

/// BDAT must not be said to a server that does not know it: it would take the chunk for commands.
[[nodiscard]] bool needs_chunking(const Script& script);

/// How many passes can be in flight on a connection.
[[nodiscard]] inline std::size_t transactions_in_flight_max(const SmtpScriptPlan& plan) {
  return plan.script.connection_a_pass ? 1 : plan.depth;
}

/// How many commands can wait for their replies on a connection.
[[nodiscard]] inline std::size_t pending_commands_max(const SmtpScriptPlan& plan) {
  // The greeting, one of EHLO, HELO, STARTTLS, XCLIENT and AUTH, RSET, and QUIT.
  constexpr std::size_t kOfConnection = 4;
  constexpr std::size_t kOfScriptMax = 1024;
  std::size_t longest = std::max(plan.script.once.size(), plan.script.end.size());
  for (const ScriptPass& pass : plan.script.passes) longest = std::max(longest, pass.commands.size());
  return std::min(longest * transactions_in_flight_max(plan), kOfScriptMax) + kOfConnection;
}

}  // namespace backtalk::session
