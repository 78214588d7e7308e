// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The clients of a built-in server, from accept to close.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "net/alarms.hpp"
#include "net/buffer_ring.hpp"
#include "net/ring.hpp"
#include "net/stream_socket.hpp"
#include "serve/doorbell.hpp"
#include "serve/peer.hpp"
#include "serve/server_plan.hpp"
#include "serve/work_queue.hpp"

namespace backtalk::serve {

/// How many of the octets to send so that the cut hurts most: up to the first CR, without its LF.
/// All of them if there is none.
[[nodiscard]] std::size_t worst_cut(std::string_view octets);

/// Used only by the thread that opened the ring.
class Clients {
 public:
  /// `plan` and `ring` must outlive it.
  Clients(const ServerPlan& plan, ServerSessionFactory make_session, net::Ring& ring);

  /// Registers the receive buffers and the doorbell with the ring, which is open. Returns 0 or
  /// -errno.
  [[nodiscard]] int prepare();

  /// Takes ownership of a new client's descriptor. Refuses the client if there are too many.
  void accept(int descriptor);

  /// Handles a completion for the client in that slot.
  void completed(std::uint32_t slot, net::Operation operation, const io_uring_cqe& cqe);

  /// The doorbell has rung: sessions have more to say although their clients have said nothing.
  void bell_rang(const io_uring_cqe& cqe);

  /// Does what has fallen due: sends delayed replies, finishes the work of sessions, closes
  /// connections that have lingered, shaken hands or lasted for too long.
  void run_alarms();
  [[nodiscard]] bool has_alarms() const { return !alarms_.empty(); }
  /// When the next alarm is due; the largest value if there is none.
  [[nodiscard]] std::uint64_t next_alarm() const { return alarms_.next(); }

  /// Lets some of the sessions that have something to do continue.
  void run_turns();
  [[nodiscard]] bool has_turns() const { return !turns_.empty(); }

  /// To be called after each batch of completions, alarms and turns: sends the resulting output.
  void settle();

  /// The number of clients that were turned away.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// When input arrived: the first `ServerPlan::stamps_max` pieces.
  [[nodiscard]] std::span<const std::uint64_t> stamps() const { return stamps_; }

 private:
  void turn_away(int descriptor);
  void arm_bell();
  void inject(Peer& peer);
  void received(Peer& peer, const io_uring_cqe& cqe);
  void sent(Peer& peer, int result);

  // Sessions
  void consume(Peer& peer, std::string_view octets);
  static void deliver(Peer& peer, std::string_view octets);
  void wake(Peer& peer, std::uint64_t now);
  void proceed(Peer& peer);
  void touch(Peer& peer);
  [[nodiscard]] static bool may_proceed(const Peer& peer);
  void queue_turn(Peer& peer);
  void collect_output(Peer& peer);
  void start_work(Peer& peer);

  // Over a transport
  void begin_session(Peer& peer);
  void begin_handshake(Peer& peer) const;
  [[nodiscard]] bool upgrade(Peer& peer) const;
  void established(Peer& peer);
  void consume_secured(Peer& peer, std::string_view wire);
  void fill_secured(Peer& peer) const;
  void send_close(Peer& peer) const;

  // Sending and closing
  void fill(Peer& peer) const;
  void flush(Peer& peer);
  void start_send(Peer& peer);
  [[nodiscard]] std::size_t send_size(const Peer& peer) const;
  void pause_or_resume(Peer& peer);
  [[nodiscard]] static bool is_done(const Peer& peer);
  void finish(Peer& peer);
  void linger(Peer& peer);
  void drop(Peer& peer, std::size_t octets);
  void close(Peer& peer);
  void release(Peer& peer);

  static constexpr int kBufferGroup = 0;
  // The most octets of a TLS record (RFC 8446 section 5.1).
  static constexpr std::size_t kPlainOctets = 16384;
  // The most octets of unread or delayed replies before the session stops consuming commands.
  static constexpr std::size_t kUnreadMax = std::size_t{128} << 10;

  const ServerPlan& plan_;
  ServerSessionFactory make_session_;
  net::Ring& ring_;
  net::BufferRing buffers_;
  Doorbell bell_;
  std::vector<std::uint32_t> bell_rung_for_;
  std::unique_ptr<char[]> plain_;  // plain text from a transport, on its way to the session
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::uint32_t> vacant_;
  std::vector<std::uint32_t> touched_;  // to be settled; see Peer::touched
  // Slots whose sessions have something to do; see Peer::queued.
  std::deque<std::uint32_t> turns_;
  net::Alarms alarms_;
  WorkQueue work_;
  std::vector<std::uint64_t> stamps_;
  std::uint64_t refused_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t upgrades_ = 0;
};

}  // namespace backtalk::serve
