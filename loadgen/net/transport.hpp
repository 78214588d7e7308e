// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What stands between a socket and a session if the two do not exchange plain octets: TLS.
///
/// Sans-I/O, as sessions are: the driver hands it what arrived on the socket, takes plain octets out of it
/// for the session, puts the session's plain octets in, and takes what is to be sent on the socket.
/// Connections in clear text have no transport at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace backtalk::net {

/// One side of one connection; used again for the next one. Not thread safe.
///
/// The driver, after it has called `restart`, and after every `receive`:
///
///     if (transport.established()) ...        // the first time: the session begins, or goes on
///     while (n = transport.read(buffer)) ...  // for the session
///     if (transport.failed() || transport.ended()) ...
///     send(transport.output());               // handshakes, alerts and answers to them, too
///
/// What the peer can make it hold is bounded: it takes no more than one `receive` before all of it is read,
/// keeps at most one incomplete record and one flight of a handshake beside that, and fails under a name
/// rather than queue more than `kUnsentMax` octets that the driver did not write.
class Transport {
 public:
  virtual ~Transport() = default;

  /// A new connection is open: forgets the last one and begins the handshake. A client's first octets are
  /// in `output` then.
  virtual void restart() = 0;

  /// Takes octets from the socket, cut anywhere. To be called only if `read` has returned 0 since the last
  /// call.
  virtual void receive(std::string_view wire) = 0;

  /// The peer has closed the socket, or its half of it. The transport fails unless the peer has said that
  /// it would (RFC 8446 6.1, close_notify): an attacker may have cut the stream short.
  virtual void end_of_stream() = 0;

  /// Writes plain octets into `out`, and returns how many; 0: none are left. To be called until it returns
  /// 0; only then do `ended` and `failed` hold for all that was received.
  [[nodiscard]] virtual std::size_t read(std::span<char> out) = 0;

  /// Takes plain octets to be sent; they are not needed afterwards. Only if `established`, and only once
  /// `output` is empty. At most `kWriteMax` octets.
  virtual void write(std::string_view plain) = 0;

  /// Nothing will be written any more: tells the peer (close_notify).
  virtual void close() = 0;

  /// What is to be sent on the socket, all there is; empty if there is nothing. The octets stay where they
  /// are until the next call of `output`, whatever else is called meanwhile.
  [[nodiscard]] virtual std::string_view output() = 0;

  /// The handshake is done, and the peer is who it should be.
  [[nodiscard]] bool established() const { return established_; }
  /// The peer has said that it sends nothing any more.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  /// The name under which the failure is counted, as in "tls-certificate"; empty if there was none. Static
  /// storage.
  [[nodiscard]] std::string_view failure() const { return failure_; }
  /// The handshake went on from an earlier connection's. Which connections try to is decided by whoever
  /// makes the transports, and what they need for it is kept there.
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
  at_once,    ///< before the session begins: smtps
  when_asked  ///< when the session says so: STARTTLS, STLS
};

/// Makes transports, each used by one thread; called from all threads that have connections.
struct TransportPlan {
  std::function<std::unique_ptr<Transport>()> make;  ///< empty: clear text
  TransportStart start = TransportStart::at_once;
};

/// The name of a handshake that takes longer than the timeout allows.
inline constexpr std::string_view kHandshakeTimeout = "tls-timeout";

}  // namespace backtalk::net
