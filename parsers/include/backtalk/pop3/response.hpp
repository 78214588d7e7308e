// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a POP3 server answers (RFC 1939 3, RFC 2449 8, RFC 5034 4).
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::pop3 {

/// The first line of a response, and all of it where the response has one line. Views live until the next
/// call on the parser that gave it.
struct Status {
  enum class Kind : std::uint8_t {
    ok,            ///< "+OK": done
    err,           ///< "-ERR": not done
    continuation,  ///< "+ ": a SASL challenge; the exchange goes on and the response is still to come
  };
  Kind kind = Kind::ok;
  bool multi_line = false;   ///< a body follows: `octets` or `line` events, and then `end`
  bool unsolicited = false;  ///< an "-ERR" that no command asked for: the server is about to close
  std::uint64_t offset = 0;  ///< of its first byte, from the start of the stream
  std::size_t octets = 0;    ///< the length of its line in the stream, with the line end
  std::string_view
      text;  ///< after the status and one space, the response code included; base64 in a continuation
  std::string_view code;  ///< the response code without its brackets, "IN-USE"; empty where there is none

  [[nodiscard]] constexpr bool ok() const noexcept { return kind == Kind::ok; }
};

/// What `ResponseParser::next` gives. Views live until the next call on that parser.
struct Event {
  enum class Kind : std::uint8_t {
    status,  ///< `status` begins a response
    octets,  ///< `data` is the next stretch of the body, without dot-stuffing, with its line ends
    line,    ///< `data` is the next line of the body, without dot-stuffing and line end
    end,     ///< the body's last line was read
  };
  Kind kind = Kind::status;
  Status status;  ///< of the response that this event belongs to; its views live on only in a status event
  std::string_view data;  ///< for `octets` and `line`
};

/// Response codes that a client acts on. A code's levels are joined by "/"; one that is not known counts as
/// its longest known beginning (RFC 2449 8).
enum class ResponseCode : std::uint8_t {
  none,         ///< there is no code
  unknown,      ///< there is one, with a meaning that this library does not know
  in_use,       ///< "IN-USE": another session holds the maildrop (RFC 2449 8.1.2)
  login_delay,  ///< "LOGIN-DELAY": logged in again too soon (RFC 2449 8.1.1)
  sys_temp,     ///< "SYS/TEMP": the server's fault, and it may pass (RFC 3206 4)
  sys_perm,     ///< "SYS/PERM": the server's fault, and somebody must see to it (RFC 3206 4)
  auth,         ///< "AUTH": the credentials are wrong (RFC 3206 5)
  utf8,         ///< "UTF8": a message needs UTF-8 mode (RFC 6856 3)
};

/// The response code that the text of a status line begins with, without its brackets; empty where there is
/// none. Text whose bracket holds anything else, or never closes, is just text.
[[nodiscard]] std::string_view find_response_code(std::string_view text BACKTALK_LIFETIMEBOUND) noexcept;

/// What the code means; any case.
[[nodiscard]] ResponseCode response_code(std::string_view code) noexcept;

}  // namespace backtalk::pop3
