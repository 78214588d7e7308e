// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Replies that refuse, and the names under which refusals are counted.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/smtp/reply.hpp"
#include "session/login.hpp"
#include "session/smtp_commands.hpp"

namespace backtalk::session {

/// 421: the server closes the connection (RFC 5321 3.8, 4.2.2). It may say so in reply to any
/// command.
inline constexpr std::uint16_t kServiceClosing = 421;

constexpr bool refuses(const smtp::Reply& reply) {
  return reply.klass() == 4 || reply.klass() == 5;
}

constexpr std::string_view refusal(const smtp::Reply& reply) {
  if (reply.code == kServiceClosing) return "service-closing";
  return reply.klass() == 4 ? "reply-4xx" : "reply-5xx";
}

/// The name of a refusal of one of the connection's own commands. After 5xx to EHLO, HELO is tried.
constexpr std::string_view refusal_of_connection(SmtpCommand command, const smtp::Reply& reply) {
  switch (command) {
    case SmtpCommand::greeting: return "greeting-refused";
    case SmtpCommand::ehlo: return reply.klass() == 5 ? refusal(reply) : "hello-refused";
    case SmtpCommand::helo:
    case SmtpCommand::lhlo: return "hello-refused";
    case SmtpCommand::starttls: return "starttls-refused";
    case SmtpCommand::xclient: return "xclient-refused";
    case SmtpCommand::auth: return kAuthRefused;
    default: return refusal(reply);
  }
}

}  // namespace backtalk::session
