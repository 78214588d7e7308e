// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"
#include "workload/input_file.hpp"
#include "workload/login_options.hpp"
#include "workload/smtp_arguments.hpp"
#include "workload/smtp_options.hpp"

namespace backtalk::workload {
namespace {

using session::SmtpPlan;

constexpr std::size_t kRecipientsMax = 1000;
constexpr std::uint64_t kDepthMax = 1024;

std::optional<std::string> check(const LoadOptions& common, const SmtpOptions& options) {
  if (auto problem = check_path("--from", options.from)) return problem;
  if (options.hello.empty()) return "--hello: EHLO needs a name (RFC 5321 4.1.1.1)";
  if (auto problem = check_path("--hello", options.hello)) return problem;
  if (!is_ascii(options.hello)) return "--hello: a host name is of ASCII (RFC 6531 3.7.1)";
  if (auto problem = check_xclient(options.xclient)) return problem;
  if (options.to.empty() || options.to.size() > kRecipientsMax) {
    return fmt::format("--to: a message has 1 to {} recipients", kRecipientsMax);
  }
  for (const std::string& to : options.to) {
    if (to.empty()) return "--to: a recipient address must not be empty";
    if (auto problem = check_path("--to", to)) return problem;
  }
  if (common.pipeline > kDepthMax) return fmt::format("--pipeline: at most {}", kDepthMax);
  return std::nullopt;
}

}  // namespace

std::variant<Workload, std::string> prepare_smtp(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url) {
  if (auto problem = net::refuse_path(url)) return *problem;
  const auto& options = static_cast<const SmtpOptions&>(own);
  if (auto problem = check(common, options)) return *problem;
  auto message = message_of(options, options.from, options.to.front());
  if (auto* problem = std::get_if<std::string>(&message)) return *problem;

  auto plan = std::make_shared<SmtpPlan>();
  plan->lmtp = url.scheme == "lmtp";
  plan->starttls = options.starttls;
  plan->hello = options.hello;
  plan->xclient = options.xclient;
  auto login = login_plan_of(options, url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  plan->login = std::get<session::LoginPlan>(std::move(login));
  plan->from = options.from;
  plan->utf8_addresses = !is_ascii(options.from) || !std::ranges::all_of(options.to, is_ascii);
  plan->recipients.assign(options.to.begin(), options.to.end());
  plan->message = std::get<session::WireMessage>(std::move(message));
  plan->submission = options.submission;
  plan->next = options.next;
  plan->exercise = options.exercise;
  plan->depth = static_cast<unsigned>(common.pipeline);
  auto transport = tls_transport_of(options, url);
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  return Workload{.make_session =
                      [plan](const session::SessionContext& context) {
                        return std::make_unique<session::SmtpSession>(*plan, context);
                      },
                  .transport = std::get<tls::ClientTransport>(std::move(transport)),
                  .command_names = session::kSmtpCommandNames,
                  .statuses = session::smtp_statuses(),
                  .receive_octets = 8192,
                  .send_octets = 65536,
                  .reveals_passwords = reveals_passwords(plan->login, options)};
}

}  // namespace backtalk::workload
