// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/mailbox_plan.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "workload/login_options.hpp"
#include "workload/tls_options.hpp"

namespace backtalk::workload {
namespace {

constexpr std::uint64_t kDepthMax = 1024;

}  // namespace

std::variant<MailboxPlan, std::string> mailbox_plan_of(const LoadOptions& common,
                                                       const ScriptOptions& options, const net::Url& url,
                                                       const MailboxProtocol& protocol) {
  if (auto problem = net::refuse_path(url)) return *problem;
  if (common.pipeline > kDepthMax) return fmt::format("--pipeline: at most {}", kDepthMax);
  auto login = login_plan_of(options, url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  auto script = script_of(options, protocol.name, protocol.preset);
  if (auto* problem = std::get_if<std::string>(&script)) return *problem;
  MailboxPlan plan{.login = std::get<session::LoginPlan>(std::move(login)),
                   .script = {},
                   .mix = mix_of(std::get<session::Script>(script)),
                   .expected = expected_answers(std::get<session::Script>(script), protocol.separators),
                   .depth = static_cast<unsigned>(common.pipeline),
                   .starttls = options.starttls,
                   .connection_a_pass = std::get<session::Script>(script).connection_a_pass,
                   .transport = {}};
  plan.script = std::get<session::Script>(std::move(script));
  if (plan.login.way == session::LoginPlan::Way::none && protocol.needs_login(plan.script))
    return fmt::format("{} needs a login: add --user and --password, or --users", protocol.title);
  auto transport = tls_transport_of(options, url);
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  plan.transport = std::get<tls::ClientTransport>(std::move(transport));
  return plan;
}

}  // namespace backtalk::workload
