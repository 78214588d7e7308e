// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations of ImapSession.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialogue.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"

namespace backtalk::session::test {

inline const ProtocolNames kImapNames{.commands = kImapCommandNames, .statuses = imap_statuses()};

/// A command of a script that expects OK, and untagged data of these kinds before it.
inline ScriptCommand imap_command_of(ImapCommand command, std::string_view line,
                                     std::vector<std::string> untagged = {}) {
  using Field = CommandTemplate::Field;
  ScriptCommand one;
  one.command = static_cast<unsigned>(command);
  one.line = CommandTemplate(line, {Field::number, Field::message_number, Field::uid, Field::user});
  one.expected.status = static_cast<std::uint16_t>(ImapStatus::ok);
  one.expected.untagged = std::move(untagged);
  return one;
}

inline Script imap_script_of(std::vector<ScriptCommand> pass, std::vector<ScriptCommand> once = {}) {
  Script script;
  script.once = std::move(once);
  script.passes.push_back({.name = "pass", .commands = std::move(pass)});
  return script;
}

/// Nobody logs in.
inline ImapPlan imap_plan_of(unsigned depth, Script script) {
  ImapPlan plan;
  plan.depth = depth;
  plan.script = ImapScript(std::move(script));
  return plan;
}

inline ImapPlan fetch_plan(unsigned depth) {
  return imap_plan_of(depth,
                      imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH 1 FLAGS", {"FETCH"})}));
}

inline ImapPlan noop_plan(unsigned depth) {
  return imap_plan_of(depth, imap_script_of({imap_command_of(ImapCommand::noop, "NOOP")}));
}

class ImapDialogue : public Dialogue<ImapSession> {
 public:
  explicit ImapDialogue(ImapPlan plan) : Dialogue(std::move(plan), kImapNames) {}

  /// What the client says after a greeting that says what the server can do.
  std::string greet(std::string_view capabilities = "IMAP4rev1") {
    return says("* OK [CAPABILITY " + std::string(capabilities) + "] ready\r\n");
  }
};

}  // namespace backtalk::session::test
