// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A layer between a socket and a session that do not exchange plain octets directly: TLS.
///
/// Sans-I/O, like sessions: the driver passes it what arrived on the socket, reads plain octets
/// from it for the session, writes the session's plain octets to it, and sends its output on the
/// socket. Connections in clear text have no transport.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace backtalk::net {

/// One side of one connection; reused for the next connection. Not thread safe.
///
/// What the driver does after `restart` and after every `receive`:
///
///     if (transport.established()) ...        // the first time: begin or continue the session
///     while (n = transport.read(buffer)) ...  // for the session
///     if (transport.failed() || transport.ended()) ...
///     send(transport.output());               // including handshakes and alerts
///
/// Memory that the peer can cause to be held is bounded. The transport takes the octets of one
/// `receive` at a time, all of which must be read before the next. Besides that it keeps at most
/// one incomplete record and one flight of a handshake, and it fails rather than queue more than
/// `kUnsentMax` octets that the driver did not write.
class Transport {
 public:
  virtual ~Transport() = default;

  /// A new connection is open: resets the state and begins the handshake. A client's first octets
  /// are then in `output`.
  virtual void restart() = 0;

  /// Takes octets from the socket, cut anywhere. They are borrowed until `read` returns 0, or the
  /// next `restart`. Call it only if `read` has returned 0 since the last call.
  virtual void receive(std::string_view wire) = 0;

  /// The peer has closed the socket, or its sending side. The transport fails unless the peer has
  /// announced it (RFC 8446 6.1, close_notify): an attacker may have truncated the stream.
  virtual void end_of_stream() = 0;

  /// Writes plain octets into `out` and returns how many; 0 if none are left. Call it until it
  /// returns 0; only then do `ended` and `failed` cover everything that was received.
  [[nodiscard]] virtual std::size_t read(std::span<char> out) = 0;

  /// Takes plain octets to send, at most `kWriteMax`; does not refer to them afterwards. Call it
  /// only if `can_write`, and only once `output` is empty. `failed` tells if it could not.
  virtual void write(std::string_view plain) = 0;

  /// False before the handshake has succeeded, and while a message of the handshake's protocol that
  /// came later is only half there: what is missing has to be received first.
  [[nodiscard]] virtual bool can_write() const { return established_; }

  /// Nothing more will be written: queues close_notify for the peer.
  virtual void close() = 0;

  /// Everything that is ready to be sent on the socket; empty if there is nothing. Valid until the
  /// next call of `output`, whatever else is called in between.
  [[nodiscard]] virtual std::string_view output() = 0;

  /// The handshake has succeeded, including any verification of the peer.
  [[nodiscard]] bool established() const { return established_; }
  /// The peer has announced that it sends nothing more (close_notify).
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  /// The name under which the failure is counted, such as "tls-certificate"; empty if there was
  /// none. Static storage.
  [[nodiscard]] std::string_view failure() const { return failure_; }
  /// The handshake resumed an earlier connection's session. The factory of the transports decides
  /// which connections try to, and keeps what they need for it.
  [[nodiscard]] bool resumed() const { return resumed_; }

  static constexpr std::size_t kWriteMax = std::size_t{64} << 10;
  static constexpr std::size_t kUnsentMax = std::size_t{64} << 10;

 protected:
  std::string_view failure_;
  bool established_ = false;
  bool ended_ = false;
  bool resumed_ = false;
};

/// When a connection's transport begins its handshake.
enum class TransportStart : std::uint8_t {
  at_once,    ///< before the session begins, as in smtps
  when_asked  ///< when the session asks for it (STARTTLS, STLS)
};

/// Makes transports, each used by one thread. `make` is called from all threads that have
/// connections.
struct TransportPlan {
  std::function<std::unique_ptr<Transport>()> make;  ///< empty: clear text
  TransportStart start = TransportStart::at_once;
};

/// The name under which a handshake that exceeds the timeout is counted.
inline constexpr std::string_view kHandshakeTimeout = "tls-timeout";

}  // namespace backtalk::net
