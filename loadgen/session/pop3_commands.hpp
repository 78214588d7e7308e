// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The commands of POP3 that are counted and timed (RFC 1939, 2449, 2595, 5034).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::session {

/// In the order of their indices. GREETING is the wait for the server's first response. AUTH is the
/// whole SASL exchange, to the +OK or -ERR behind its challenges.
enum class Pop3Command : std::uint8_t {
  greeting,
  capa,
  stls,
  user,
  pass,
  apop,
  auth,
  stat,
  list,
  uidl,
  top,
  retr,
  dele,
  rset,
  noop,
  quit
};
inline constexpr std::array<std::string_view, 16> kPop3CommandNames{
    "GREETING", "CAPA", "STLS", "USER", "PASS", "APOP", "AUTH", "STAT",
    "LIST",     "UIDL", "TOP",  "RETR", "DELE", "RSET", "NOOP", "QUIT"};

/// The form of the answer to a command. `line` is the command as it goes out, without CRLF: LIST
/// and UIDL are answered by several lines only if they name no message, and AUTH only if it names
/// no mechanism.
[[nodiscard]] constexpr pop3::Expect pop3_answer_form(Pop3Command command, std::string_view line) noexcept {
  constexpr std::size_t kKeywordOctets = 4;
  const std::string_view arguments = line.substr(line.size() < kKeywordOctets ? line.size() : kKeywordOctets);
  const bool alone = arguments.find_first_not_of(' ') == std::string_view::npos;
  switch (command) {
    case Pop3Command::retr:
    case Pop3Command::top: return pop3::Expect::multi_line;
    case Pop3Command::capa: return pop3::Expect::listing;
    case Pop3Command::list:
    case Pop3Command::uidl: return alone ? pop3::Expect::listing : pop3::Expect::single_line;
    case Pop3Command::auth: return alone ? pop3::Expect::listing : pop3::Expect::sasl;
    default: return pop3::Expect::single_line;
  }
}

}  // namespace backtalk::session
