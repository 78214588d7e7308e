// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which protocol a peer speaks, guessed from the first bytes that it sent: for error messages. A
/// client that reaches the wrong port, or a port with TLS in the clear, sees only that the answer
/// cannot be parsed.
///
///     if (parser.error() && guess_protocol(beginning) == Guess::tls) report("that is TLS");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backtalk {

/// A protocol that can be told by its first bytes.
enum class Guess : std::uint8_t {
  unknown,        ///< none of these, or too few bytes to tell
  http_response,  ///< HTTP/1.x, from a server
  http_request,   ///< HTTP/1.x, from a client
  http2,          ///< an HTTP/2 frame from a server, or a client's preface
  tls,            ///< a TLS record: a handshake or an alert
  ssh,            ///< an SSH identification
  proxy,          ///< the header of the PROXY protocol, version 1 or 2
  smtp,           ///< an SMTP or LMTP greeting
  ftp,            ///< an FTP greeting
  smtp_or_ftp,    ///< a greeting that may be either
  pop3,           ///< a POP3 greeting
  imap,           ///< an IMAP greeting
  icy,            ///< a SHOUTcast status line
  rtsp,           ///< an RTSP status line
  sip,            ///< a SIP status line
  mysql,          ///< a MySQL or MariaDB greeting
  redis,          ///< a Redis error
  vnc,            ///< a VNC greeting
};

/// How many bytes of a stream are enough for the best guess.
inline constexpr std::size_t kGuessOctets = 128;

/// Guesses the protocol of a stream that begins like this.
[[nodiscard]] Guess guess_protocol(std::string_view beginning) noexcept;

/// The name for people, as in "this looks like ...": "TLS", "an SMTP server". Static storage; empty
/// for Guess::unknown.
[[nodiscard]] std::string_view name_of(Guess guess) noexcept;

}  // namespace backtalk
