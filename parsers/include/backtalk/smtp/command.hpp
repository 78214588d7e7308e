/// What an SMTP or LMTP client asks (RFC 5321 4.1, RFC 2033, RFC 3030), as a server reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

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

/// One command line. Views live until the next call on the parser that gave it.
struct Command {
  std::uint64_t offset = 0;    ///< of its first byte, from the start of the stream
  Verb verb = Verb::unknown;   ///< recognised without regard to case
  std::string_view name;       ///< the verb as sent, for the ones that are unknown
  std::string_view arguments;  ///< what follows the verb and one space; without the line end
};

/// The argument of MAIL or RCPT: "FROM:" or "TO:", a path in angle brackets, and parameters.
struct PathArgument {
  std::string_view path;        ///< without the brackets; empty for "<>"
  std::string_view parameters;  ///< "SIZE=1000 BODY=8BITMIME", or empty
};

/// The path of a MAIL or RCPT command. Nothing where the arguments are not of that form; a space after the
/// colon, which RFC 5321 forbids and many clients send, is accepted. Quoted local parts may hold ">" and
/// spaces.
[[nodiscard]] std::optional<PathArgument> read_path(const Command& command) noexcept;

/// bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ]   (RFC 3030 2)
struct ChunkArgument {
  std::uint64_t octets = 0;  ///< how many octets follow the command's line
  bool last = false;
};

/// The chunk of a BDAT command. Nothing where the arguments are not of that form or the size passes 2^63 - 1:
/// then where the next command starts is not known, and the connection has to end.
[[nodiscard]] std::optional<ChunkArgument> read_chunk(const Command& command) noexcept;

/// The value of `key` (any case, e.g. "SIZE") among the parameters of MAIL or RCPT; nothing where it is not
/// there.
[[nodiscard]] std::optional<std::string_view> find_parameter(
    std::string_view parameters BACKTALK_LIFETIMEBOUND, std::string_view key) noexcept;

}  // namespace backtalk::smtp
