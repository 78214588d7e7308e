// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/fill_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "options/choice.hpp"
#include "workload/protocols.hpp"
#include "workload/smtp_arguments.hpp"

namespace backtalk::fill {
namespace {

constexpr std::array kSchemes{
    options::Choice{"imap", Protocol::imap}, options::Choice{"imaps", Protocol::imap},
    options::Choice{"smtp", Protocol::smtp}, options::Choice{"smtps", Protocol::smtp},
    options::Choice{"lmtp", Protocol::lmtp}};

std::optional<std::string> read_url(FillOptions& options, FillPlan& plan) {
  auto read = net::read_url(options.url);
  if (auto* problem = std::get_if<std::string>(&read)) return *problem;
  plan.url = std::get<net::Url>(std::move(read));
  const auto protocol = options::read_choice(kSchemes, plan.url.scheme);
  const workload::Protocol* const known = workload::find_protocol(plan.url.scheme);
  if (!protocol || known == nullptr)
    return fmt::format("{}: mailboxes are filled by imap, imaps, smtp, smtps or lmtp", plan.url.text());
  if (auto problem = net::refuse_path(plan.url)) return problem;
  if (!plan.url.port_given) plan.url.port = known->default_port;
  plan.protocol = *protocol;
  options.use = static_cast<const workload::TlsOptions&>(*known->make_own()).use;
  return std::nullopt;
}

std::optional<std::string> read_shape(const FillOptions& options, Shape& shape) {
  shape.seed = options.seed;
  shape.messages = options.messages;
  auto sizes = Sizes::read(options.sizes);
  if (auto* problem = std::get_if<std::string>(&sizes))
    return fmt::format("--sizes {}: {}", options.sizes, *problem);
  shape.sizes = std::get<Sizes>(std::move(sizes));
  auto folders = read_folders(options.folders);
  if (auto* problem = std::get_if<std::string>(&folders))
    return fmt::format("--folders {}: {}", options.folders, *problem);
  shape.folders = std::get<std::vector<NamedShare>>(std::move(folders));
  auto flags = read_flags(options.flags);
  if (auto* problem = std::get_if<std::string>(&flags))
    return fmt::format("--flags {}: {}", options.flags, *problem);
  shape.flags = std::get<std::vector<NamedShare>>(std::move(flags));
  return std::nullopt;
}

// A mailbox is filled once: the second filling would find the first, or remove it.
std::optional<std::string> find_twice(const std::vector<session::Credentials>& users) {
  std::unordered_set<std::string_view> seen;
  for (const session::Credentials& one : users) {
    if (!seen.insert(one.user).second)
      return fmt::format("--users: `{}` comes twice, and each mailbox is filled once", one.user);
  }
  return std::nullopt;
}

// With the user's name in place of {user}, whatever the name looks like.
std::string recipient_of(std::string_view to, std::string_view user) {
  constexpr std::string_view kUser = "{user}";
  std::string address(to);
  for (std::size_t at = 0; (at = address.find(kUser, at)) != std::string::npos; at += user.size())
    address.replace(at, kUser.size(), user);
  return address;
}

std::optional<std::string> read_envelope(const FillOptions& options, FillPlan& plan) {
  plan.from = options.from;
  if (auto problem = workload::check_path("--from", plan.from)) return problem;
  if (options.to.find("{n}") != std::string::npos)
    return fmt::format("--to {}: {{n}} would deliver each message to another mailbox", options.to);
  const bool from_has_user = options.from.find("{user}") != std::string::npos;
  plan.utf8_addresses = !workload::is_ascii(options.from);
  for (const session::Credentials& user : plan.login.users) {
    const std::string to = recipient_of(options.to, user.user);
    if (auto problem = workload::check_path("--to", to)) return problem;
    if (from_has_user) {
      if (auto problem = workload::check_user(user.user)) return problem;
      plan.utf8_addresses |= !workload::is_ascii(user.user);
    }
    plan.utf8_addresses |= !workload::is_ascii(to);
    plan.recipients.push_back(to);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> schemes() {
  std::vector<std::string_view> words;
  for (const auto& one : kSchemes) words.push_back(one.word);
  return words;
}

std::variant<FillPlan, std::string> plan_fill(FillOptions& options) {
  FillPlan plan;
  if (auto problem = read_url(options, plan)) return *problem;
  if (auto problem = read_shape(options, plan.shape)) return *problem;
  workload::LoginOptions own = options;
  // SMTP and LMTP have no login of their own: nobody logs in unless a mechanism is named.
  if (plan.protocol != Protocol::imap && own.auth == workload::Auth::command) own.auth = workload::Auth::none;
  auto login = workload::login_plan_of(own, plan.url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  plan.login = std::get<session::LoginPlan>(std::move(login));
  if (plan.login.users.empty())
    return "whose mailboxes? --users names a file with a user and a password on each line, or --user one "
           "user";
  if (auto problem =
          plan.protocol == Protocol::imap ? find_twice(plan.login.users) : read_envelope(options, plan))
    return *std::move(problem);
  plan.reveals_passwords = workload::reveals_passwords(plan.login, options);
  auto transport = workload::tls_transport_of(options, plan.url);
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  plan.transport = std::get<tls::ClientTransport>(std::move(transport));
  plan.existing = options.existing;
  plan.starttls = options.starttls;
  plan.depth = static_cast<unsigned>(options.pipeline);
  plan.connections = std::min<std::size_t>(options.connections, plan.login.users.size());
  plan.timeout_ns = options.timeout_ns;
  return plan;
}

}  // namespace backtalk::fill
