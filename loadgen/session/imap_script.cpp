// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_script.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "session/captured_words.hpp"
#include "session/command_writer.hpp"
#include "session/imap_statuses.hpp"

namespace backtalk::session {
namespace {

using Command = ImapScript::Command;

// The line as it goes out, with something in place of what is filled in. If a word that was
// captured is to be filled in, that may be anything.
ImapOrder order_of_line(ImapCommand command, const CommandTemplate& line) {
  constexpr std::size_t kLineEnd = 2;
  std::array<char, CommandWriter::kCommandOctetsMax> room;
  CommandWriter out(room);
  SplitMix64 random(0);
  const CapturedWords captured(CapturedWords::kSlotsMax, 1);
  const CommandValues values{
      .user = "x", .password = "x", .random = &random, .message_number = 1, .uid = 1, .captured = &captured};
  const bool whole = out.add(line, values).end_line();
  return order_of(command, whole ? std::string_view(room.data(), out.size() - kLineEnd) : "1");
}

Command compile(ScriptCommand&& text) {
  BACKTALK_EXPECT(text.command < kImapCommandNames.size());
  Command command;
  command.command = static_cast<ImapCommand>(text.command);
  command.order = order_of_line(command.command, text.line);
  for (const std::string& name : text.expected.untagged) command.brings |= set_of(imap_data(name));
  for (const Capture& capture : text.captures) {
    if (!capture.untagged.empty()) command.kept |= set_of(imap_data(capture.untagged));
  }
  const auto uses = [&text](CommandTemplate::Field field) {
    const auto in_literal = [field](const ScriptLiteral& literal) {
      return literal.content.uses(field) || literal.rest.uses(field);
    };
    return text.line.uses(field) || std::ranges::any_of(text.literals, in_literal);
  };
  command.needs_number = uses(CommandTemplate::Field::message_number);
  command.needs_uid = uses(CommandTemplate::Field::uid);
  command.text = std::move(text);
  return command;
}

std::vector<Command> compile(std::vector<ScriptCommand>&& texts) {
  std::vector<Command> commands;
  commands.reserve(texts.size());
  for (ScriptCommand& text : texts) commands.push_back(compile(std::move(text)));
  return commands;
}

ScriptCommand make_noop() {
  ScriptCommand noop;
  noop.command = static_cast<unsigned>(ImapCommand::noop);
  noop.line.append(name_of(ImapCommand::noop));
  noop.expected.status = static_cast<std::uint16_t>(ImapStatus::ok);
  return noop;
}

}  // namespace

ImapScript::ImapScript() : ImapScript(Script{}) {}

ImapScript::ImapScript(Script script)
    : once_(compile(std::move(script.once))),
      end_(compile(std::move(script.end))),
      connection_a_pass_(script.connection_a_pass),
      has_waits_(script.has_waits()),
      capture_slots_(script.capture_slots) {
  for (ScriptPass& pass : script.passes) passes_.push_back(make_pass(std::move(pass)));
  if (passes_.empty()) {
    passes_.emplace_back();
    passes_.back().commands.push_back(compile(make_noop()));
  }
  std::uint64_t weights = 0;
  for (const Pass& pass : passes_) {
    BACKTALK_EXPECT(pass.weight > 0 && !pass.commands.empty());
    weights += pass.weight;
    commands_max_ = std::max(commands_max_, pass.commands.size());
    const Command& first = pass.commands.front();
    beginnings_.alone |= first.order.alone;
    beginnings_.uses_numbers |= first.order.uses_numbers;
    beginnings_.literals |= !first.text.literals.empty();
    for (const Command& one : pass.commands) permits_expunge_ |= one.order.permits_expunge;
  }
  const auto compares = [](const Command& one) { return !one.text.expected.exact.untagged.empty(); };
  compares_data_ = std::ranges::any_of(once_, compares) || std::ranges::any_of(end_, compares) ||
                   std::ranges::any_of(passes_, [&compares](const Pass& pass) {
                     return std::ranges::any_of(pass.commands, compares);
                   });
  order_ = PassOrder(weights);
}

ImapScript::Pass ImapScript::make_pass(ScriptPass&& pass) {
  return {.weight = pass.weight, .commands = compile(std::move(pass.commands)), .wait = pass.wait};
}

const ImapScript::Pass& ImapScript::pass(std::uint64_t number) const noexcept {
  if (passes_.size() == 1) return passes_.front();
  return pass_of(passes_, order_, number);
}

}  // namespace backtalk::session
