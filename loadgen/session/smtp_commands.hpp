// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The commands of SMTP and LMTP that are counted and timed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace backtalk::session {

/// In the order of their indices. GREETING is the wait for the server's first reply; AUTH is
/// a whole exchange, from the command to the last reply; DOT is the end of data, answered once
/// (LMTP: once a recipient). VRFY, EXPN and HELP are said by scripts only.
enum class SmtpCommand : std::uint8_t {
  greeting,
  ehlo,
  helo,
  lhlo,
  starttls,
  xclient,
  auth,
  mail,
  rcpt,
  data,
  dot,
  bdat,
  rset,
  noop,
  quit,
  vrfy,
  expn,
  help
};
inline constexpr std::array<std::string_view, 18> kSmtpCommandNames{
    "GREETING", "EHLO", "HELO", "LHLO", "STARTTLS", "XCLIENT", "AUTH", "MAIL", "RCPT",
    "DATA",     "DOT",  "BDAT", "RSET", "NOOP",     "QUIT",    "VRFY", "EXPN", "HELP"};

}  // namespace backtalk::session
