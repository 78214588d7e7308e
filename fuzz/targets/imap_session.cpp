// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of IMAP against a hostile server: session::ImapSession.
#include "session/imap_session.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "session/imap_statuses.hpp"
#include "targets/session_adapter.hpp"
#include "targets/session_login.hpp"

namespace {

using namespace backtalk::session;
using backtalk::fuzz::kLoginResponseMax;
using backtalk::fuzz::kLoginResponsesMax;

// What varies, a bit each.
enum Variant : unsigned {
  deep = 1,
  starttls = 2,
  login = 4,
  append = 8,
  idle = 16,
  bursts = 32,
  whole = 64,
  sasl = 128,           // the login
  server_begins = 256,  // it
  verifies = 512
};
constexpr unsigned kVariants = 1024;

ScriptCommand command_of(ImapCommand command, std::string_view line, std::vector<std::string> untagged = {}) {
  using Field = CommandTemplate::Field;
  ScriptCommand one;
  one.command = static_cast<unsigned>(command);
  one.line = CommandTemplate(line, {Field::number, Field::message_number, Field::uid});
  one.expected.status = static_cast<std::uint16_t>(ImapStatus::ok);
  one.expected.untagged = std::move(untagged);
  return one;
}

// A word that the server chooses goes into the last command.
std::vector<ScriptCommand> reading() {
  std::vector<ScriptCommand> commands;
  commands.push_back(command_of(ImapCommand::uid_search, "UID SEARCH ALL", {"SEARCH"}));
  commands.back().captures.push_back({.slot = 0, .word = 3, .untagged = "SEARCH"});
  commands.push_back(command_of(ImapCommand::fetch, "FETCH {number} BODY[]", {"FETCH"}));
  commands.push_back(command_of(ImapCommand::uid_fetch, "UID FETCH {uid} FLAGS"));
  commands.back().pipelined = true;
  commands.push_back(command_of(ImapCommand::noop, "NOOP "));
  commands.back().line.append_captured(0);
  return commands;
}

ScriptCommand appending() {
  ScriptCommand command = command_of(ImapCommand::append, "APPEND ");
  command.literals.emplace_back();
  command.literals.back().content = CommandTemplate("m{n}", {CommandTemplate::Field::number});
  command.literals.back().rest = CommandTemplate(" () ", {});
  command.literals.push_back({.message = true, .content = {}, .rest = {}});
  return command;
}

ScriptCommand idling() {
  ScriptCommand command = command_of(ImapCommand::idle, "IDLE");
  command.idle = ThinkTime::constant(1000);
  return command;
}

ImapPlan plan_of(unsigned variant) {
  Script script;
  script.capture_slots = 1;
  script.connection_a_pass = (variant & whole) != 0;
  if (!script.connection_a_pass) {
    script.once.push_back(command_of(ImapCommand::select, "SELECT INBOX", {"EXISTS"}));
    script.end.push_back(command_of(ImapCommand::close, "CLOSE"));
  }
  script.passes.push_back({.name = "read", .weight = 1, .commands = reading()});
  if ((variant & append) != 0) script.passes[0].commands = {appending()};
  if ((variant & idle) != 0) script.passes[0].commands.push_back(idling());
  if ((variant & idle) != 0 && (variant & deep) == 0) {
    script.passes[0].commands[0].wait = ThinkTime::constant(500);
    script.passes[0].wait = ThinkTime::exponential(500);
  }
  ImapPlan plan;
  plan.starttls = (variant & starttls) != 0;
  if ((variant & sasl) != 0) {
    plan.login = backtalk::fuzz::fuzzed_login((variant & server_begins) == 0);
  } else if ((variant & login) != 0) {
    plan.login.way = LoginPlan::Way::command;
    plan.login.users = {{.user = "\xE9", .password = "a\"b"}};
  }
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.script = ImapScript(std::move(script));
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  plan.verifies = (variant & verifies) != 0;
  return plan;
}

const ImapPlan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class ImapClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    constexpr std::size_t kCommandMax = 48;
    constexpr std::size_t kOfConnection = 8;  // CAPABILITY, STARTTLS, login, SELECT, CLOSE, LOGOUT
    const ImapPlan& plan = shared_plan(variant);
    const std::size_t commands = plan.script.commands_max() + 2;  // DONE, and the captured word
    return {.session = std::make_unique<ImapSession>(plan, SessionContext{.observer = observer}),
            .command_names = kImapCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = kOfConnection * kCommandMax + kLoginResponsesMax * kLoginResponseMax,
            .output_max_each = commands * kCommandMax + CapturedWords::kOctetsMax +
                               plan.message.octets(WireMessage::Form::chunk),
            .bursts = (variant & bursts) != 0};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(ImapClient, .name = "imap_session", .protocol = "imap", .variants = kVariants,
                     .simd = true)
