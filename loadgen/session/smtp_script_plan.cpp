// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_script_plan.hpp"

#include <string>

#include "session/smtp_commands.hpp"

namespace backtalk::session {
namespace {

using Field = CommandTemplate::Field;

// The commands of all passes and sections.
template <class AnyScript, class Visit>
void for_each_command(AnyScript& script, Visit visit) {
  for (auto& command : script.once) visit(command);
  for (auto& pass : script.passes) {
    for (auto& command : pass.commands) visit(command);
  }
  for (auto& command : script.end) visit(command);
}

}  // namespace

void fill_in_constants(SmtpScriptPlan& plan) {
  CommandTemplate octets;
  octets.append(std::to_string(plan.message.octets(WireMessage::Form::chunk)));
  const auto fill_in = [&plan, &octets](CommandTemplate& text) {
    text.fill_in(Field::from, plan.from);
    if (plan.recipients.size() == 1) text.fill_in(Field::to, plan.recipients.front());
    if (plan.messages.empty()) text.fill_in(Field::content_octets, octets);
  };
  for_each_command(plan.script, [&fill_in](ScriptCommand& command) {
    fill_in(command.line);
    for (ScriptLiteral& part : command.literals) fill_in(part.content);
  });
}

bool needs_chunking(const Script& script) {
  bool needs = false;
  for_each_command(script, [&needs](const ScriptCommand& command) {
    needs |= static_cast<SmtpCommand>(command.command) == SmtpCommand::bdat;
  });
  return needs;
}

}  // namespace backtalk::session
