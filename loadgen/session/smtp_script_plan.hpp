// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the SMTP or LMTP sessions of a run do that follow a script: fixed before the run, shared by
/// all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "session/command_template.hpp"
#include "session/script.hpp"
#include "session/smtp_commands.hpp"
#include "session/smtp_plan.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

struct SmtpScriptPlan : SmtpConnectionPlan {
  /// A transaction is one pass: which one, the transaction's number and the passes' weights decide.
  /// With a depth above 1 commands go out together as the script has them, and that many passes are
  /// in flight, as far as they do not have to wait for a reply.
  Script script;
  NumberedPath from;                     ///< {from}
  std::vector<NumberedPath> recipients;  ///< {to}: in turn; at least one
  WireMessage message;                   ///< {message}
};

/// The commands of all passes and sections.
template <class Visit>
void for_each_command(const Script& script, Visit visit) {
  for (const ScriptCommand& command : script.once) visit(command);
  for (const ScriptPass& pass : script.passes) {
    for (const ScriptCommand& command : pass.commands) visit(command);
  }
  for (const ScriptCommand& command : script.end) visit(command);
}

/// BDAT must not be said to a server that does not know it: it would take the chunk for commands.
[[nodiscard]] inline bool needs_chunking(const Script& script) {
  bool needs = false;
  for_each_command(script, [&needs](const ScriptCommand& command) {
    needs |= static_cast<SmtpCommand>(command.command) == SmtpCommand::bdat;
  });
  return needs;
}

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
