// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Responses of a POP3 server (RFC 1939 3, RFC 2449 8, RFC 5034 4).
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::pop3 {

/// The first line of a response, which is all of it unless it is multi-line. Views are valid until
/// the next call on the parser that returned it.
struct Status {
  enum class Kind : std::uint8_t {
    ok,            ///< "+OK": done
    err,           ///< "-ERR": not done
    continuation,  ///< "+ ": a SASL challenge; the response follows later
  };
  Kind kind = Kind::ok;
  bool multi_line = false;   ///< a body follows: `octets` or `line` events, and then `end`
  bool unsolicited = false;  ///< an "-ERR" that no command asked for: the server is about to close
  std::uint64_t offset = 0;  ///< of its first byte, from the start of the stream
  std::size_t octets = 0;    ///< the length of its line in the stream, with the line end
  /// After the status and one space, including the response code; base64 in a continuation.
  std::string_view text;
  std::string_view code;  ///< the response code without brackets, "IN-USE"; or empty

  [[nodiscard]] constexpr bool ok() const noexcept { return kind == Kind::ok; }
};

/// The result of `ResponseParser::next`. Views are valid until the next call on that parser.
struct Event {
  enum class Kind : std::uint8_t {
    status,  ///< `status` begins a response
    octets,  ///< `data` is the next stretch of the body, without dot-stuffing, with its line ends
    line,    ///< `data` is the next line of the body, without dot-stuffing and line end
    end,     ///< the body's last line was read
  };
  Kind kind = Kind::status;
  Status status;          ///< of this event's response; its views are valid only in a status event
  std::string_view data;  ///< for `octets` and `line`
};

/// Response codes that a client acts on. Levels of a code are separated by "/"; an unknown code
/// counts as its longest known prefix (RFC 2449 8).
enum class ResponseCode : std::uint8_t {
  none,         ///< there is no code
  unknown,      ///< there is a code that this library does not know
  in_use,       ///< "IN-USE": another session holds the maildrop (RFC 2449 8.1.2)
  login_delay,  ///< "LOGIN-DELAY": logged in again too soon (RFC 2449 8.1.1)
  sys_temp,     ///< "SYS/TEMP": a problem of the server, perhaps temporary (RFC 3206 4)
  sys_perm,     ///< "SYS/PERM": a problem of the server that needs an administrator (RFC 3206 4)
  auth,         ///< "AUTH": the credentials are wrong (RFC 3206 5)
  utf8,         ///< "UTF8": a message needs UTF-8 mode (RFC 6856 3)
};

/// The response code at the beginning of a status line's text, without its brackets; empty if there
/// is none. If the brackets contain anything else, or are not closed, the text has no code.
[[nodiscard]] std::string_view find_response_code(std::string_view text BACKTALK_LIFETIMEBOUND) noexcept;

/// The meaning of a code, ignoring case.
[[nodiscard]] ResponseCode response_code(std::string_view code) noexcept;

}  // namespace backtalk::pop3
