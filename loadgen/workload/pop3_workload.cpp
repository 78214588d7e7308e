// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/pop3_workload.hpp"

#include <memory>
#include <utility>

#include "session/captured_words.hpp"
#include "session/pop3_session.hpp"
#include "session/pop3_statuses.hpp"
#include "workload/mailbox_plan.hpp"
#include "workload/pop3_options.hpp"

namespace backtalk::workload {
namespace {

constexpr MailboxProtocol kPop3{.name = "pop3",
                                .title = "POP3",
                                .preset = "poll",
                                .separators = session::kSpaces,
                                .needs_login = [](const session::Script&) { return true; }};

}  // namespace

std::variant<Workload, std::string> prepare_pop3(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url) {
  const auto& options = static_cast<const Pop3Options&>(own);
  auto common_plan = mailbox_plan_of(common, options, url, kPop3);
  if (auto* problem = std::get_if<std::string>(&common_plan)) return *problem;
  auto& mailbox = std::get<MailboxPlan>(common_plan);
  auto plan = std::make_shared<session::Pop3Plan>();
  plan->login = std::move(mailbox.login);
  plan->starttls = mailbox.starttls;
  plan->script = std::move(mailbox.script);
  plan->depth = mailbox.depth;
  plan->verifies = common.verify;
  plan->times_deliveries = common.slo.find("delivery") != std::string::npos;
  return Workload{.make_session =
                      [plan](const session::SessionContext& context) {
                        return std::make_unique<session::Pop3Session>(*plan, context);
                      },
                  .transport = std::move(mailbox.transport),
                  .command_names = session::kPop3CommandNames,
                  .statuses = session::pop3_statuses(),
                  .receive_octets = 8192,
                  .send_octets = 8192,
                  .reveals_passwords = reveals_passwords(plan->login, options),
                  .mix = std::move(mailbox.mix),
                  .expected = std::move(mailbox.expected),
                  .connection_a_pass = mailbox.connection_a_pass};
}

}  // namespace backtalk::workload
