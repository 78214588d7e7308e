// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Commands of a POP3 client (RFC 1939, 2449, 2595, 5034, 6856), as a server reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/result.hpp"

namespace backtalk::pop3 {

enum class Verb : std::uint8_t {
  unknown,
  apop,
  auth,
  capa,
  dele,
  lang,
  list,
  noop,
  pass,
  quit,
  retr,
  rset,
  stat,
  stls,
  top,
  uidl,
  user,
  utf8
};

/// command = keyword *(SP param) CRLF
///
/// Views are valid until the next call on the parser that returned it.
struct Command {
  std::uint64_t offset = 0;   ///< of its first byte, from the start of the stream
  Verb verb = Verb::unknown;  ///< recognised without regard to case
  std::string_view keyword;   ///< as sent, known or not
  std::string_view
      arguments;  ///< what follows the keyword and one space; for PASS, all of it is one argument
};

/// Reads the message number of DELE, RETR, LIST or UIDL: one number from 1 to 2^32 - 1.
[[nodiscard]] Result<std::uint32_t> read_message_number(const Command& command) noexcept;

/// TOP msg n
struct TopArgument {
  std::uint32_t message = 0;  ///< from 1
  std::uint64_t lines = 0;    ///< of the body
};

/// Reads the arguments of TOP: two numbers.
[[nodiscard]] Result<TopArgument> read_top(const Command& command) noexcept;

/// APOP name digest
struct ApopArgument {
  std::string_view name;
  std::string_view digest;  ///< 32 hexadecimal digits
};

/// Reads the arguments of APOP. RFC 1939 requires lower case in the digest; both cases are
/// accepted.
[[nodiscard]] Result<ApopArgument> read_apop(const Command& command) noexcept;

/// AUTH mechanism [initial-response]   (RFC 5034 4)
struct AuthArgument {
  std::string_view mechanism;                        ///< 1 to 20 letters, digits, "-", "_"
  std::optional<std::string_view> initial_response;  ///< base64, or "=" for an empty one
};

/// Reads the arguments of AUTH. AUTH without arguments, which asks for the list of mechanisms, is
/// an error here.
[[nodiscard]] Result<AuthArgument> read_auth(const Command& command) noexcept;

}  // namespace backtalk::pop3
