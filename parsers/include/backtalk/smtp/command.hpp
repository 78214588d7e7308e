// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Commands of an SMTP or LMTP client (RFC 5321 4.1, RFC 2033, RFC 3030), as a server reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/result.hpp"

namespace backtalk::smtp {

enum class Verb : std::uint8_t {
  unknown,
  ehlo,
  helo,
  lhlo,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  quit,
  vrfy,
  expn,
  help,
  starttls,
  auth
};

/// One command line. Views are valid until the next call on the parser that returned it.
struct Command {
  std::uint64_t offset = 0;    ///< of its first byte, from the start of the stream
  Verb verb = Verb::unknown;   ///< recognised without regard to case
  std::string_view name;       ///< the verb as sent, known or not
  std::string_view arguments;  ///< what follows the verb and one space; without the line end
};

/// The argument of MAIL or RCPT: "FROM:" or "TO:", a path in angle brackets, and parameters.
struct PathArgument {
  std::string_view path;        ///< without the brackets; empty for "<>"
  std::string_view parameters;  ///< "SIZE=1000 BODY=8BITMIME", or empty
};

/// Reads the argument of a MAIL or RCPT command. A space after the colon, which RFC 5321 forbids
/// and many clients send, is accepted. A quoted local part may contain ">" and spaces.
[[nodiscard]] Result<PathArgument> read_path(const Command& command) noexcept;

/// bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ]   (RFC 3030 2)
struct ChunkArgument {
  std::uint64_t octets = 0;  ///< how many octets follow the command's line
  bool last = false;
};

/// Reads the argument of a BDAT command. The size is at most 2^63 - 1. After an error it is unknown
/// where the next command starts, so close the connection.
[[nodiscard]] Result<ChunkArgument> read_chunk(const Command& command) noexcept;

/// The value of `key` (any case, e.g. "SIZE") among the parameters of MAIL or RCPT; nullopt if it
/// is not there.
[[nodiscard]] std::optional<std::string_view> find_parameter(
    std::string_view parameters BACKTALK_LIFETIMEBOUND, std::string_view key) noexcept;

}  // namespace backtalk::smtp
