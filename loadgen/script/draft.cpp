// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/draft.hpp"

#include <string>
#include <utility>

#include "script/limits.hpp"
#include "script/placeholders.hpp"
#include "session/captured_words.hpp"

namespace backtalk::script {
namespace {

using session::CommandTemplate;
using Field = CommandTemplate::Field;

bool uses(const session::ScriptCommand& command, Field field) {
  bool used = command.line.uses(field);
  for (const session::ScriptLiteral& literal : command.literals)
    used |= literal.content.uses(field) || literal.rest.uses(field);
  return used;
}

std::size_t octets_max(const session::ScriptCommand& command) {
  std::size_t octets = command.line.octets_max();
  for (const session::ScriptLiteral& literal : command.literals)
    octets += literal.content.octets_max() + literal.rest.octets_max();
  return octets;
}

}  // namespace

void Scope::end_section(bool was_once) {
  if (was_once) {
    counted_once = counted;
    uids_named_once = uids_named;
    words.end_once();
  }
  counted = counted_once;
  uids_named = uids_named_once;
  words.end_section();
}

std::vector<session::ScriptCommand> commands_of(std::vector<Draft>&& drafts) {
  std::vector<session::ScriptCommand> commands;
  for (Draft& draft : drafts) {
    if (!draft.of_connection) commands.push_back(std::move(draft.command));
  }
  if (!commands.empty()) commands.front().pipelined = false;
  return commands;
}

Problem keep_words(const Line& line, Scope& scope, session::ScriptCommand& command,
                   std::string_view untagged) {
  std::vector<Kept> kept;
  if (auto problem = read_kept(line, kept)) return problem;
  for (const Kept& one : kept) {
    if (scope.words.constant(one.name))
      return line.error("`{" + std::string(one.name) + "}` is a placeholder already: choose another name",
                        one.at);
    const auto slot = scope.words.keep(one.name);
    if (!slot)
      return line.error(
          "a script keeps at most " + std::to_string(session::CapturedWords::kSlotsMax) + " words", one.at);
    command.captures.push_back({.slot = *slot, .word = one.word, .untagged = std::string(untagged)});
  }
  return std::nullopt;
}

Problem check_command(const Line& line, const Scope& scope, const session::ScriptCommand& command,
                      std::string_view counting) {
  if (octets_max(command) > kCommandOctetsMax)
    return line.error("a command has at most " + std::to_string(kCommandOctetsMax) +
                      " octets with its literals and all that is filled in");
  for (const auto& [field, name] :
       {std::pair{Field::message_number, "{number}"}, std::pair{Field::uid, "{uid}"}}) {
    if (uses(command, field) && !scope.counted)
      return line.error("`" + std::string(name) + "` is a message of the mailbox: " + std::string(counting) +
                        " has to come before it");
  }
  if (uses(command, Field::uid) && !scope.uids_named)
    return line.error(
        "`{uid}` is a UID that the server has named: a FETCH of UID or a UID SEARCH has to come before it");
  return std::nullopt;
}

}  // namespace backtalk::script
