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
#include "workload/watch_workload.hpp"

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

bool has_user(std::string_view address) {
  return address.find("{user}") != std::string_view::npos;
}

// Those whose names addresses have.
std::optional<std::string> check_users(const SmtpOptions& options,
                                       const std::vector<session::Credentials>& users) {
  if (!has_user(options.from) && std::ranges::none_of(options.to, has_user)) return std::nullopt;
  if (users.empty()) return "{user} in --to or --from: name the users with --users, or one with --user";
  for (const session::Credentials& one : users) {
    if (auto problem = check_user(one.user)) return problem;
  }
  return std::nullopt;
}

// What both kinds of sessions do before their transactions.
std::optional<std::string> prepare_connection(const LoadOptions& common, const SmtpOptions& options,
                                              const net::Url& url, session::SmtpConnectionPlan& plan) {
  plan.lmtp = url.scheme == "lmtp";
  plan.starttls = options.starttls && options.use == TlsUse::on_request;
  plan.hello = options.hello;
  plan.xclient = options.xclient;
  plan.depth = static_cast<unsigned>(common.pipeline);
  if (!options.watch.empty()) return std::nullopt;  // the users are those of the mailboxes
  auto login = login_plan_of(options, url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  plan.login = std::get<session::LoginPlan>(std::move(login));
  return check_users(options, plan.login.users);
}

// The recipients whose mailboxes are watched, in turn.
std::optional<std::string> prepare_watched(const SmtpOptions& options, SmtpPlan& plan,
                                           std::shared_ptr<stats::DeliveryBook>& deliveries) {
  if (has_user(options.from))
    return "--from: with --watch {user} is only for --to: the senders have no users of their own";
  auto recipients = watched_recipients(options);
  if (auto* problem = std::get_if<std::string>(&recipients)) return std::move(*problem);
  const auto& paths = std::get<std::vector<std::string>>(recipients);
  for (const std::string& to : paths) {
    if (auto problem = check_path("--to", to)) return problem;
  }
  plan.recipients.assign(paths.begin(), paths.end());
  plan.recipients_in_turn = true;
  plan.utf8_addresses = plan.utf8_addresses || !std::ranges::all_of(paths, is_ascii);
  deliveries = make_delivery_book(static_cast<std::uint32_t>(paths.size()), options.patience_ns);
  plan.deliveries = deliveries.get();
  return std::nullopt;
}

std::optional<std::string> prepare_fixed(const SmtpOptions& options, session::SmtpConnectionPlan&& connection,
                                         session::WireMessage&& message, Workload& workload) {
  auto plan = std::make_shared<SmtpPlan>();
  static_cast<session::SmtpConnectionPlan&>(*plan) = std::move(connection);
  plan->from = options.from;
  plan->utf8_addresses = !is_ascii(options.from) || !std::ranges::all_of(options.to, is_ascii);
  if (has_user(options.from) || std::ranges::any_of(options.to, has_user)) {
    plan->utf8_addresses |= !std::ranges::all_of(
        plan->login.users, [](const session::Credentials& one) { return is_ascii(one.user); });
  }
  plan->recipients.assign(options.to.begin(), options.to.end());
  plan->message = std::move(message);
  plan->submission = options.submission;
  plan->next = options.next;
  plan->exercise = options.exercise;
  if (!options.watch.empty()) {
    if (auto problem = prepare_watched(options, *plan, workload.deliveries)) return problem;
  }
  workload.make_session = [plan, book = workload.deliveries](const session::SessionContext& context) {
    return std::make_unique<session::SmtpSession>(*plan, context);
  };
  return std::nullopt;
}

// Messages of the sizes that the script names, instead of the run's.
std::optional<std::string> size_messages(const SmtpOptions& options, bool has_checksum,
                                         session::SmtpScriptPlan& plan) {
  if (plan.script.message_sizes.empty()) return std::nullopt;
  if (!options.message_file.empty() || options.size_octets != MessageOptions().size_octets)
    return fmt::format("--script {}: it has `sizes` of messages: --size and --message have no effect",
                       options.script);
  const std::size_t least = message_octets_min(options.from, options.to.front(), has_checksum);
  for (const session::SizeShare& one : plan.script.message_sizes) {
    if (one.octets < least)
      return fmt::format("--script {}: `sizes`: a message has {} octets at least, for its header",
                         options.script, least);
    plan.messages.add(make_message(one.octets, options.from, options.to.front(), has_checksum), one.share);
  }
  return std::nullopt;
}

// Beside the sessions, the passes that they share.
std::optional<std::string> prepare_scripted(const SmtpOptions& options, bool has_checksum,
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
  if (auto problem = size_messages(options, has_checksum, *plan)) return problem;
  fill_in_constants(*plan);
  workload.transaction = "pass";
  workload.connection_a_pass = plan->script.connection_a_pass;
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
  auto read = message_of(options, options.from, options.to.front(), common.verify);
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
    if (auto problem = prepare_fixed(options, std::move(connection), std::move(message), workload))
      return *problem;
  } else if (auto problem = prepare_scripted(options, common.verify, std::move(connection),
                                             std::move(message), workload)) {
    return *problem;
  }
  return workload;
}

}  // namespace backtalk::workload
