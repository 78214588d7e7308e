// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of logins, which every mail protocol has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "net/url.hpp"
#include "options/choice.hpp"
#include "options/option_spec.hpp"
#include "session/login.hpp"
#include "workload/message_options.hpp"

namespace backtalk::workload {

/// How users log in.
enum class Auth : std::uint8_t { none, command, plain, login, cram_md5, scram_sha_256, xoauth2, apop };

inline constexpr std::array kAuths{
    options::Choice{"none", Auth::none},         options::Choice{"command", Auth::command},
    options::Choice{"plain", Auth::plain},       options::Choice{"login", Auth::login},
    options::Choice{"cram-md5", Auth::cram_md5}, options::Choice{"scram-sha-256", Auth::scram_sha_256},
    options::Choice{"xoauth2", Auth::xoauth2},   options::Choice{"apop", Auth::apop}};

/// The base of the options of a mail protocol, in place of MessageOptions.
struct LoginOptions : MessageOptions {
  std::string user;
  std::string password;
  std::string users_file;
  Auth auth = Auth::command;

  [[nodiscard]] bool logs_in() const { return !user.empty() || !users_file.empty(); }
};

/// In every way to log in, the longest command fits into `session::Session::kOutputMin` octets.
inline constexpr std::size_t kUserOctetsMax = 255;
inline constexpr std::size_t kPasswordOctetsMax = 2560;

/// Who the users are. None of it is in a result: user names are often those of people.
[[nodiscard]] const options::OptionGroup& user_option_group();
/// How they log in. Both groups are options of LoginOptions; those of TLS are a group of their own.
[[nodiscard]] const options::OptionGroup& login_option_group();

/// Returns the users and their way to log in, `Way::none` if the options name no user. Reads the
/// file of users. On an error returns a sentence about it: an option, a way that the URL's protocol
/// does not have, a line of the file. `command` is PLAIN with SMTP and LMTP, which have no such
/// command, and HTTP has no login but what a script says.
[[nodiscard]] std::variant<session::LoginPlan, std::string> login_plan_of(const LoginOptions& options,
                                                                          const net::Url& url);

/// True if the plan sends passwords or tokens so that whoever reads the connection has them, and
/// the connection is in clear text.
[[nodiscard]] bool reveals_passwords(const session::LoginPlan& plan, const TlsOptions& options);

}  // namespace backtalk::workload
