// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/imap_workload.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "session/captured_words.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"
#include "workload/imap_options.hpp"
#include "workload/mailbox_plan.hpp"

namespace backtalk::workload {
namespace {

constexpr std::string_view kFrom = "sender@backtalk.invalid";
constexpr std::string_view kTo = "recipient@backtalk.invalid";

// All but what a server takes in any state (RFC 3501 6.1, RFC 2971).
bool needs_login(const session::Script& script) {
  const auto needs = [](const session::ScriptCommand& one) {
    const auto command = static_cast<session::ImapCommand>(one.command);
    return command != session::ImapCommand::noop && command != session::ImapCommand::capability &&
           command != session::ImapCommand::id;
  };
  return std::ranges::any_of(script.once, needs) || std::ranges::any_of(script.end, needs) ||
         std::ranges::any_of(script.passes, [&needs](const session::ScriptPass& pass) {
           return std::ranges::any_of(pass.commands, needs);
         });
}

constexpr MailboxProtocol kImap{.name = "imap",
                                .title = "IMAP",
                                .preset = kImapPreset,
                                .separators = session::kSpacesAndBrackets,
                                .needs_login = &needs_login};

}  // namespace

std::variant<Workload, std::string> prepare_imap(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url) {
  const auto& options = static_cast<const ImapOptions&>(own);
  auto common_plan = mailbox_plan_of(common, options, url, kImap);
  if (auto* problem = std::get_if<std::string>(&common_plan)) return *problem;
  auto& mailbox = std::get<MailboxPlan>(common_plan);
  auto message = message_of(options, kFrom, kTo, common.verify);
  if (auto* problem = std::get_if<std::string>(&message)) return *problem;
  auto plan = std::make_shared<session::ImapPlan>();
  plan->starttls = mailbox.starttls;
  plan->login = std::move(mailbox.login);
  plan->flags_changing = session::flags_changed_by(mailbox.script);
  plan->script = session::ImapScript(std::move(mailbox.script));
  plan->message = std::get<session::WireMessage>(std::move(message));
  // A file goes out as it is.
  if (options.message_file.empty())
    plan->stamp = session::CommandTemplate("X-Copy: {random}", {session::CommandTemplate::Field::random});
  plan->depth = mailbox.depth;
  plan->verifies = common.verify;
  return Workload{.make_session =
                      [plan](const session::SessionContext& context) {
                        return std::make_unique<session::ImapSession>(*plan, context);
                      },
                  .transport = std::move(mailbox.transport),
                  .command_names = session::kImapCommandNames,
                  .statuses = session::imap_statuses(),
                  .receive_octets = 16384,
                  .send_octets = 65536,
                  .reveals_passwords = reveals_passwords(plan->login, options),
                  .mix = std::move(mailbox.mix),
                  .expected = std::move(mailbox.expected),
                  .connection_a_pass = mailbox.connection_a_pass};
}

}  // namespace backtalk::workload
