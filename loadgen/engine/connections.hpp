// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A thread's connections, from opening to closing and reopening: its ring, its receive buffers,
/// and one session per connection.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arrivals.hpp"
#include "engine/client_plan.hpp"
#include "engine/connection.hpp"
#include "engine/handshake_window.hpp"
#include "engine/idle_queue.hpp"
#include "engine/send_rooms.hpp"
#include "engine/target_watch.hpp"
#include "net/alarms.hpp"
#include "net/buffer_ring.hpp"
#include "net/clock.hpp"
#include "net/ring.hpp"
#include "session/session_context.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// Used only by the thread that calls `prepare`.
class Connections {
 public:
  /// All references must outlive it. `clock` provides the time and is refreshed for each receive.
  /// Manages the run's connections from index `first` on: one to each of `targets`, which are
  /// indices into the plan's targets and must outlive it as well.
  Connections(const ClientPlan& plan, const session::SessionFactory& make_session, stats::Tally& tally,
              net::CachedClock& clock, unsigned first, std::span<const std::uint32_t> targets);

  /// Sets up the ring, the buffers and the sessions. Returns a sentence for the user on failure.
  [[nodiscard]] std::optional<std::string> prepare();

  [[nodiscard]] net::Ring& ring() { return ring_; }
  [[nodiscard]] std::span<Connection> all() { return connections_; }
  /// The number of connections, in any state.
  [[nodiscard]] std::size_t count() const { return connections_.size(); }
  /// The number of open connections.
  [[nodiscard]] unsigned live() const { return live_; }
  /// How many are closed and not opened again yet, since their users think (--think).
  [[nodiscard]] unsigned absent() const { return absent_; }
  /// Begins a turn: from here on counts what arrives.
  void begin_turn() {
    ++turn_;
    arrived_ = {};
  }
  /// What has arrived in this turn.
  [[nodiscard]] const Arrivals& arrived() const { return arrived_; }

  /// Opens connections that have not been opened yet, up to the first `due`, as long as the
  /// handshake window has room.
  void open_more(std::size_t due);
  /// True if the handshake window has room for another connection.
  [[nodiscard]] bool may_open_more() const { return handshaking_ < handshakes_.size(); }
  /// When the handshake window will have room for another connection without any handshake having
  /// ended; the largest value if it will not, or if nothing waits for that.
  [[nodiscard]] std::uint64_t next_growth() const {
    const bool waits = opening_ && next_to_open_ < connections_.size() && !may_open_more();
    return waits ? handshakes_.grows_at() : kNever;
  }
  /// How many have been opened at least once, or are being opened.
  [[nodiscard]] std::size_t begun_to_open() const { return next_to_open_; }

  /// Call it when the session of a connection is ready.
  void is_ready(Connection& connection) {
    if (connection.ready_here) return;
    connection.ready_here = true;
    slowest_handshake_ns_ = std::max(slowest_handshake_ns_, clock_.now() - connection.opened_at);
    connection.watch->restarts.ready(clock_.now());
    connection.watch->openings_in_vain = 0;
  }
  /// Of each of the plan's targets, as far as these connections have seen it.
  [[nodiscard]] std::span<const TargetWatch> watches() const { return watches_; }

  /// Handles a completion. Returns its connection if that is open and may have something to send or
  /// room for a transaction; null otherwise.
  [[nodiscard]] Connection* completed(const io_uring_cqe& cqe);

  /// Sends what the session has to send, and closes the connection once the session is over.
  void speak(Connection& connection);

  /// Cancels the remaining operations of connections that were closed. Call it once the completions
  /// of a wait have been handled.
  void settle();

  /// Ends the session's transactions with `ending`, and closes the connection. `reason` is the name
  /// under which a failure is counted.
  void end(Connection& connection, session::Ending ending, std::string_view reason);

  /// How long a handshake, or the answer to a goodbye, may take when the run ends: twice as long as
  /// the slowest handshake of these connections, and at least a second.
  [[nodiscard]] std::uint64_t patience_ns() const {
    return std::max(kPatienceMin, 2 * slowest_handshake_ns_);
  }
  /// Since when a session that is leaving has waited for an answer, as the end of a run judges it;
  /// 0: it waits for none. A server that answers the goodbyes of other sessions is busy, not
  /// silent: the time counts from the last goodbye that it answered.
  [[nodiscard]] std::uint64_t goodbye_since(const Connection& connection) const;
  /// The run is over: ends the session's transactions as unfinished, and closes the connection. A
  /// handshake or a goodbye that this cuts short is a failure only if the server kept it waiting
  /// for longer than `patience_ns` at the instant `judged_at`.
  void cut_short(Connection& connection, std::uint64_t judged_at);

  /// Fails connections that have waited longer than the timeout, and reopens those whose backoff is
  /// over.
  void check_timeouts();
  /// When the next connection is to be reopened; the largest value if none is.
  [[nodiscard]] std::uint64_t next_retry() const { return next_retry_; }

  /// When the next session wants to be woken; the largest value if none does.
  [[nodiscard]] std::uint64_t next_wake() const { return wakes_.next(); }
  /// How many sessions want to be woken.
  [[nodiscard]] std::size_t wakes() const { return wakes_.size(); }
  /// Wakes the next session that is due. Returns its connection, which may have something to send;
  /// null if none is due.
  [[nodiscard]] Connection* wake_next();

  /// The run ends: gives up connections that are not open, and reopens none from now on.
  void open_no_more();

  /// Partly open: a connection whose session has ended is queued there, and not reopened.
  void free_into(IdleQueue& queue) { free_ = &queue; }
  /// Opens a free connection for the session that its record has begun.
  void open_session(Connection& connection) {
    connection.failed_in_a_row = 0;
    open(connection);
  }
  /// Like `open_no_more`, but lets the sessions go on that have arrived.
  void open_no_more_sessions();
  [[nodiscard]] bool all_retired() const { return retired_ == connections_.size(); }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint64_t kPatienceMin = 1'000'000'000;

  [[nodiscard]] std::unique_ptr<session::Session> make_session(const Target& target,
                                                               const session::SessionContext& context) const;
  void open(Connection& connection);
  void take_turn(Connection& connection);
  [[nodiscard]] int open_socket(const Connection& connection);
  void opening_failed(Connection& connection, std::string_view reason);
  // Calls `count` with the tallies of the addresses of the latest opening.
  template <class Count>
  void count_addresses(const Connection& connection, Count count) {
    count(tally_.addresses[connection.first_address + connection.to]);
    if (!plan_.sources.empty()) count(tally_.sources[connection.from]);
  }
  [[nodiscard]] static const net::Endpoint& endpoint_of(const Connection& connection) {
    return connection.target->endpoints[connection.to];
  }
  [[nodiscard]] static bool tries_next_address(const Connection& connection);
  [[nodiscard]] bool opened(Connection& connection, int result);
  void count_arrival(Connection& connection, int result);
  void count_read(const session::Session& session);
  [[nodiscard]] bool received(Connection& connection, const io_uring_cqe& cqe);
  [[nodiscard]] bool consume(Connection& connection, std::string_view octets);
  [[nodiscard]] bool sent(Connection& connection, int result);
  [[nodiscard]] bool send_proxy_header(Connection& connection);
  void begin_session(Connection& connection);
  [[nodiscard]] static std::string_view reason_of_loss(const Connection& connection, int result);
  void start_send(Connection& connection);
  void give_room_back(Connection& connection);
  void handshake_ended(Connection& connection, bool succeeded);
  [[nodiscard]] session::Observer& observer_of(const Connection& connection) const;
  void fail(Connection& connection, std::string_view reason);
  void close(Connection& connection);
  void conclude(Connection& connection);
  void release(Connection& connection);
  void come_back(Connection& connection);
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
  static constexpr std::size_t kPlainOctets = 16384;  // maximum of a TLS record (RFC 8446 5.1)

  const ClientPlan& plan_;
  const session::SessionFactory& make_session_;
  stats::Tally& tally_;
  net::CachedClock& clock_;
  unsigned first_;
  std::span<const std::uint32_t> targets_;
  net::Ring ring_;
  net::BufferRing buffers_;
  SendRooms rooms_;
  std::unique_ptr<char[]> plain_;  // octets from a transport, on their way to the session
  std::vector<Connection> connections_;
  net::Alarms wakes_;                  // of the sessions
  std::vector<std::uint32_t> closed_;  // since the last `settle`
  Arrivals arrived_;
  std::uint32_t turn_ = 0;
  unsigned live_ = 0;
  unsigned absent_ = 0;
  HandshakeWindow handshakes_;
  std::vector<TargetWatch> watches_;        // by target
  unsigned handshaking_ = 0;                // connections whose first handshake is under way
  std::uint64_t last_goodbye_at_ = 0;       // when the server last answered one; 0: never
  std::uint64_t slowest_handshake_ns_ = 0;  // of those that succeeded
  std::size_t next_to_open_ = 0;
  std::size_t retired_ = 0;  // connections that will not be opened again
  std::uint64_t next_retry_ = kNever;
  bool opening_ = true;
  IdleQueue* free_ = nullptr;
};

}  // namespace backtalk::engine
