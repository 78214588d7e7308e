// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A thread's connections, from opening to closing and opening again: its ring, its receive buffers, and one
/// session a connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/client_plan.hpp"
#include "engine/connection.hpp"
#include "engine/handshake_window.hpp"
#include "net/alarms.hpp"
#include "net/buffer_ring.hpp"
#include "net/clock.hpp"
#include "net/ring.hpp"
#include "session/session_context.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// Used by the thread that prepares it, and by no other.
class Connections {
 public:
  /// All references outlive it; `clock` tells the time, and is read for each receive. Of the run's
  /// connections it has those from index `first` on: one to each of `targets`, which are indices into the
  /// plan's targets and outlive it, too.
  Connections(const ClientPlan& plan, const session::SessionFactory& make_session, stats::Tally& tally,
              net::CachedClock& clock, unsigned first, std::span<const std::uint32_t> targets);

  /// Sets up the ring, the buffers and the sessions. What went wrong, where it cannot.
  [[nodiscard]] std::optional<std::string> prepare();

  [[nodiscard]] net::Ring& ring() { return ring_; }
  [[nodiscard]] std::span<Connection> all() { return connections_; }
  /// How many there are, in whatever state.
  [[nodiscard]] std::size_t count() const { return connections_.size(); }
  /// Connections that are open.
  [[nodiscard]] unsigned live() const { return live_; }
  /// Receives completed so far.
  [[nodiscard]] std::uint64_t receives() const { return receives_; }

  /// Goes on opening those that never were, up to the first `due` of them: no more at once than the server
  /// has shown to take.
  void open_more(std::size_t due);
  /// True unless the handshakes that are under way are as many as the server has shown to take.
  [[nodiscard]] bool may_open_more() const { return handshaking_ < handshakes_.size(); }
  /// How many have been opened at least once, or are being opened.
  [[nodiscard]] std::size_t begun_to_open() const { return next_to_open_; }

  /// Takes a completion. The connection that it is about, where that is open and may have something to say or
  /// room for something to begin; null otherwise.
  [[nodiscard]] Connection* completed(const io_uring_cqe& cqe);

  /// Sends what the session has to say, and closes when it is over.
  void speak(Connection& connection);

  /// Once the completions of a wait are taken: calls back what the closed ones still have with the kernel.
  void settle();

  /// Ends the session's transactions that way, and closes.
  void end(Connection& connection, session::Ending ending, std::string_view reason);

  /// Fails what waits too long, and opens again what has waited long enough.
  void check_timeouts();
  /// When the next connection is to be opened again; the largest value: none is.
  [[nodiscard]] std::uint64_t next_retry() const { return next_retry_; }

  /// When the next session wants to be woken; the largest value: none does.
  [[nodiscard]] std::uint64_t next_wake() const { return wakes_.next(); }
  /// How many sessions want to be woken.
  [[nodiscard]] std::size_t wakes() const { return wakes_.size(); }
  /// Wakes the next session that is due; null if none is. It may have something to say then.
  [[nodiscard]] Connection* wake_next();

  /// The run ends: what is not open is given up, and what closes from now on stays closed.
  void open_no_more();
  [[nodiscard]] bool all_retired() const { return retired_ == connections_.size(); }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  void open(Connection& connection);
  [[nodiscard]] bool opened(Connection& connection, int result);
  [[nodiscard]] bool received(Connection& connection, const io_uring_cqe& cqe);
  [[nodiscard]] bool consume(Connection& connection, std::string_view octets);
  [[nodiscard]] bool sent(Connection& connection, int result);
  void begin_session(Connection& connection);
  void start_send(Connection& connection);
  void handshake_ended(Connection& connection, bool succeeded);
  void fail(Connection& connection, std::string_view reason);
  void close(Connection& connection);
  void release(Connection& connection);
  void retire(Connection& connection);

  // Over a transport
  void begin_handshake(Connection& connection);
  void upgrade(Connection& connection);
  void established(Connection& connection);
  [[nodiscard]] bool consume_secured(Connection& connection, std::string_view wire);
  void hand_over(Connection& connection);
  void speak_secured(Connection& connection);
  void send_secured(Connection& connection);
  void lose_transport(Connection& connection, int result);
  [[nodiscard]] static std::string_view reason_of_end(const Connection& connection);
  void send_close_notify(Connection& connection);

  static constexpr int kBufferGroup = 0;
  static constexpr std::size_t kPlainOctets = 16384;  // a TLS record has no more (RFC 8446 5.1)

  const ClientPlan& plan_;
  const session::SessionFactory& make_session_;
  stats::Tally& tally_;
  net::CachedClock& clock_;
  unsigned first_;
  std::span<const std::uint32_t> targets_;
  net::Ring ring_;
  net::BufferRing buffers_;
  std::unique_ptr<char[]> outputs_;  // of all connections; a page of it is there once it is written to
  std::unique_ptr<char[]> plain_;    // what a transport gives, on its way to the session
  std::vector<Connection> connections_;
  net::Alarms wakes_;                  // of the sessions
  std::vector<std::uint32_t> closed_;  // since the last `settle`
  std::uint64_t receives_ = 0;
  unsigned live_ = 0;
  HandshakeWindow handshakes_;
  unsigned handshaking_ = 0;  // connections that were opened for the first time and are not ready yet
  std::size_t next_to_open_ = 0;
  std::size_t retired_ = 0;  // connections that will not be opened again
  std::uint64_t next_retry_ = kNever;
  bool opening_ = true;
};

}  // namespace backtalk::engine
