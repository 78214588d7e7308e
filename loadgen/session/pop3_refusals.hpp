// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The names under which -ERR is counted.
#pragma once

#include <string_view>

#include "backtalk/pop3/response.hpp"
#include "session/login.hpp"
#include "session/pop3_commands.hpp"

namespace backtalk::session {

/// The name of -ERR in answer to a command. With a response code that says why, `otherwise` does
/// not count: a mailbox that another session holds refuses a login, and says nothing about the
/// password.
constexpr std::string_view pop3_refusal(pop3::ResponseCode code, std::string_view otherwise = "reply-err") {
  switch (code) {
    case pop3::ResponseCode::in_use: return "reply-in-use";
    case pop3::ResponseCode::login_delay: return "reply-login-delay";
    case pop3::ResponseCode::sys_temp: return "reply-sys-temp";
    case pop3::ResponseCode::sys_perm: return "reply-sys-perm";
    default: return otherwise;
  }
}

/// The same for a command of the connection: the greeting, and what comes before the first
/// transaction.
constexpr std::string_view pop3_refusal_of_connection(Pop3Command command, pop3::ResponseCode code) {
  switch (command) {
    case Pop3Command::greeting: return pop3_refusal(code, "greeting-refused");
    case Pop3Command::stls: return "starttls-refused";
    case Pop3Command::user:
    case Pop3Command::pass:
    case Pop3Command::apop:
    case Pop3Command::auth: return pop3_refusal(code, kAuthRefused);
    default: return pop3_refusal(code);
  }
}

}  // namespace backtalk::session
