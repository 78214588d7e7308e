// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "session/captured_words.hpp"
#include "session/smtp_script_session.hpp"
#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"
#include "workload/input_file.hpp"
#include "workload/login_options.hpp"
#include "workload/mix.hpp"
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

// What both kinds of sessions do before their transactions.
std::optional<std::string> prepare_connection(const LoadOptions& common, const SmtpOptions& options,
                                              const net::Url& url, session::SmtpConnectionPlan& plan) {
  plan.lmtp = url.scheme == "lmtp";
  plan.starttls = options.starttls;
  plan.hello = options.hello;
  plan.xclient = options.xclient;
  plan.depth = static_cast<unsigned>(common.pipeline);
  auto login = login_plan_of(options, url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  plan.login = std::get<session::LoginPlan>(std::move(login));
  return std::nullopt;
}

session::SessionFactory fixed_sessions(const SmtpOptions& options, session::SmtpConnectionPlan&& connection,
                                       session::WireMessage&& message) {
  auto plan = std::make_shared<SmtpPlan>();
  static_cast<session::SmtpConnectionPlan&>(*plan) = std::move(connection);
  plan->from = options.from;
  plan->utf8_addresses = !is_ascii(options.from) || !std::ranges::all_of(options.to, is_ascii);
  plan->recipients.assign(options.to.begin(), options.to.end());
  plan->message = std::move(message);
  plan->submission = options.submission;
  plan->next = options.next;
  plan->exercise = options.exercise;
  return [plan](const session::SessionContext& context) {
    return std::make_unique<session::SmtpSession>(*plan, context);
  };
}

// Beside the sessions, the passes that they share.
std::optional<std::string> prepare_scripted(const SmtpOptions& options,
                                            session::SmtpConnectionPlan&& connection,
                                            session::WireMessage&& message, Workload& workload) {
  auto script = script_of(options, connection.lmtp ? "lmtp" : "smtp", {});
  if (auto* problem = std::get_if<std::string>(&script)) return *problem;
  auto plan = std::make_shared<session::SmtpScriptPlan>();
  static_cast<session::SmtpConnectionPlan&>(*plan) = std::move(connection);
  plan->script = std::get<session::Script>(std::move(script));
  if (plan->script.logs_in && plan->login.way == session::LoginPlan::Way::none)
    return fmt::format("--script {} has a login: add --user and --password, or --users", options.script);
  plan->from = options.from;
  plan->recipients.assign(options.to.begin(), options.to.end());
  plan->message = std::move(message);
  workload.transaction = "pass";
  workload.mix = mix_of(plan->script);
  workload.expected = expected_answers(plan->script, session::kSpaces);
  workload.make_session = [plan](const session::SessionContext& context) {
    return std::make_unique<session::SmtpScriptSession>(*plan, context);
  };
  return std::nullopt;
}

}  // namespace

std::variant<Workload, std::string> prepare_smtp(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url) {
  if (auto problem = net::refuse_path(url)) return *problem;
  const auto& options = static_cast<const SmtpOptions&>(own);
  if (auto problem = check(common, options)) return *problem;
  auto read = message_of(options, options.from, options.to.front());
  if (auto* problem = std::get_if<std::string>(&read)) return *problem;
  auto& message = std::get<session::WireMessage>(read);
  session::SmtpConnectionPlan connection;
  if (auto problem = prepare_connection(common, options, url, connection)) return *problem;
  auto transport = tls_transport_of(options, url);
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  Workload workload{.make_session = {},
                    .transport = std::get<tls::ClientTransport>(std::move(transport)),
                    .command_names = session::kSmtpCommandNames,
                    .statuses = session::smtp_statuses(),
                    .receive_octets = 8192,
                    .send_octets = 65536,
                    .reveals_passwords = reveals_passwords(connection.login, options)};
  if (!options.follows_script()) {
    workload.make_session = fixed_sessions(options, std::move(connection), std::move(message));
  } else if (auto problem = prepare_scripted(options, std::move(connection), std::move(message), workload)) {
    return *problem;
  }
  return workload;
}

}  // namespace backtalk::workload
