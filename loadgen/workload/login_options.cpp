// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/login_options.hpp"

#include <fmt/format.h>

#include <utility>

#include "sasl/mechanism.hpp"
#include "session/command_template.hpp"
#include "workload/credential.hpp"
#include "workload/users_file.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = LoginOptions;
using sasl::Mechanism;
using session::LoginPlan;

const LoginOptions& own_of(const Values& own) {
  return static_cast<const LoginOptions&>(own);
}

bool has_no_file(const Values&, const Values& own) {
  return own_of(own).users_file.empty();
}

bool has_user(const Values&, const Values& own) {
  return !own_of(own).user.empty();
}

bool logs_in(const Values&, const Values& own) {
  return own_of(own).logs_in();
}

constexpr Condition kWithoutFile{&has_no_file, "with --users: the file names the users"};
constexpr std::array kUser{kWithoutFile};
constexpr std::array kPassword{kWithoutFile, Condition{&has_user, "without --user"}};
constexpr std::array kLogin{Condition{&logs_in, "without --user or --users"}};

constexpr std::array kUserOptions{
    OptionSpec{"--user",
               kind::Text{member<&O::user>()},
               "log in as this user, on every connection; {user} in scripts",
               {},
               kUser},
    OptionSpec{"--password",
               kind::Text{member<&O::password>()},
               "the user's password; with xoauth2, the access token. Other users of this machine can see it "
               "in the list of processes: --users keeps it in a file",
               {},
               kPassword},
    OptionSpec{
        "--users", kind::InputFile{member<&O::users_file>()},
        "a file with a user, a space and a password on each line; connections take them in turn, and begin "
        "again with the first if there are more connections"},
};

constexpr std::array kLoginOptions{
    OptionSpec{"--auth", kind::one_of<&O::auth, kAuths>(),
               "how to log in: command is the protocol's own, USER and PASS or LOGIN (SMTP has none and uses "
               "plain); apop is POP3's; with none nobody logs in, and the users are {user} in addresses of "
               "SMTP; the others are mechanisms of SASL",
               "auth", kLogin},
};

// Null for `command`.
std::optional<Mechanism> mechanism_of(Auth auth) {
  switch (auth) {
    case Auth::none:
    case Auth::command: return std::nullopt;
    case Auth::plain: return Mechanism::plain;
    case Auth::login: return Mechanism::login;
    case Auth::cram_md5: return Mechanism::cram_md5;
    case Auth::scram_sha_256: return Mechanism::scram_sha_256;
    case Auth::xoauth2: return Mechanism::xoauth2;
    case Auth::apop: return Mechanism::apop;
  }
  return std::nullopt;
}

bool is_pop3(const net::Url& url) {
  return url.scheme == "pop3" || url.scheme == "pop3s";
}

// HTTP's is what a script says.
bool has_login_command(const net::Url& url) {
  return is_pop3(url) || url.scheme.starts_with("imap") || url.scheme.starts_with("http");
}

std::variant<std::vector<session::Credentials>, std::string> users_of(const LoginOptions& options) {
  if (!options.users_file.empty()) return read_users_file(options.users_file);
  std::vector<session::Credentials> users{{.user = options.user, .password = options.password}};
  if (options.password.empty() && options.auth != Auth::none) return "--user needs --password";
  const bool has_password = !options.password.empty();
  if (auto problem = has_password ? find_wrong(users.front()) : find_wrong_user(options.user))
    return (has_password ? "--user, --password: " : "--user: ") + *problem;
  return users;
}

// A sentence about the first user whose password does not fit into PASS or LOGIN.
std::optional<std::string> check_command(const std::vector<session::Credentials>& users) {
  for (const session::Credentials& one : users) {
    if (one.password.size() <= session::CommandTemplate::kValueOctetsMax) continue;
    return fmt::format(
        "the password of user `{}` is longer than the {} bytes that a command can have: use a mechanism of "
        "SASL, "
        "--auth plain",
        one.user, session::CommandTemplate::kValueOctetsMax);
  }
  return std::nullopt;
}

// A sentence about the first user whose name or password the mechanism cannot prepare.
std::optional<std::string> check_preparation(const std::vector<session::Credentials>& users,
                                             Mechanism mechanism) {
  for (const session::Credentials& one : users) {
    if (sasl::can_prepare(mechanism, one.user) && sasl::can_prepare(mechanism, one.password)) continue;
    return fmt::format(
        "the name or the password of user `{}` has characters that {} cannot have (RFC 4013, SASLprep)",
        one.user, sasl::name_of(mechanism));
  }
  return std::nullopt;
}

}  // namespace

const options::OptionGroup& user_option_group() {
  static constexpr options::OptionGroup kGroup{"Users", kUserOptions, &options::make_values<LoginOptions>};
  return kGroup;
}

const options::OptionGroup& login_option_group() {
  static constexpr options::OptionGroup kGroup{"Login", kLoginOptions, &options::make_values<LoginOptions>};
  return kGroup;
}

std::variant<LoginPlan, std::string> login_plan_of(const LoginOptions& options, const net::Url& url) {
  LoginPlan plan;
  if (!options.logs_in()) return plan;
  const Auth auth = options.auth == Auth::command && !has_login_command(url) ? Auth::plain : options.auth;
  if (auth == Auth::apop && !is_pop3(url))
    return fmt::format("--auth apop: only POP3 has APOP, and the scheme is {}", url.scheme);
  if (auth == Auth::none && has_login_command(url))
    return fmt::format("--auth none: {} needs a login", url.scheme);
  auto users = users_of(options);
  if (auto* problem = std::get_if<std::string>(&users)) return *problem;
  plan.users = std::get<std::vector<session::Credentials>>(std::move(users));
  if (auth == Auth::none) return plan;
  const auto mechanism = mechanism_of(auth);
  if (!mechanism) {
    if (auto problem = check_command(plan.users)) return *problem;
    plan.way = LoginPlan::Way::command;
    return plan;
  }
  if (auto problem = check_preparation(plan.users, *mechanism)) return *problem;
  plan.way = auth == Auth::apop ? LoginPlan::Way::apop : LoginPlan::Way::sasl;
  plan.mechanism = sasl::client_mechanism(*mechanism);
  if (plan.mechanism == nullptr)
    return fmt::format("--auth: the GNU SASL library of this machine does not have {}",
                       sasl::name_of(*mechanism));
  return plan;
}

bool reveals_passwords(const LoginPlan& plan, const TlsOptions& options) {
  if (options.uses_tls() || plan.way == LoginPlan::Way::none) return false;
  if (plan.way == LoginPlan::Way::command) return true;
  return plan.mechanism->reveals_password();
}

}  // namespace backtalk::workload
