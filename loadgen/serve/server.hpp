// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The built-in servers' engine: one ring, one listening socket, sessions that answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/buffer_ring.hpp"
#include "net/endpoint.hpp"
#include "net/ring.hpp"
#include "net/timer_lead.hpp"
#include "serve/alarms.hpp"
#include "serve/peer.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

struct ServerPlan {
  net::Endpoint at;
  bool shared_port = false;  ///< several servers listen there, one a thread
  unsigned connections_max = 4096;
  std::uint64_t delay_ns = 0;         ///< replies are held back that long
  std::uint64_t stall_ns = 0;         ///< the server stops that long ...
  std::uint64_t stall_period_ns = 0;  ///< ... in every period; 0: never
  std::uint64_t split_octets = 0;     ///< the most octets of one send; 0: no limit
  std::string refusal;                ///< what a client is told that is one too many
};

using ServerSessionFactory = std::function<std::unique_ptr<session::ServerSession>()>;

/// `open` and `run` belong to one thread; `stop` may be set by any.
class Server {
 public:
  Server(ServerPlan plan, ServerSessionFactory make_session);
  ~Server();

  /// Listens. A Unix socket's file goes with the server. What went wrong, where it cannot; `plan.at` has the
  /// real port afterwards.
  [[nodiscard]] std::optional<std::string> listen();
  [[nodiscard]] const net::Endpoint& listens_at() const { return plan_.at; }

  /// How many clients were turned away. Once `run` has returned.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

  /// Serves until `stop` is true. What went wrong, where the ring could not be set up.
  [[nodiscard]] std::optional<std::string> run(const std::atomic<bool>& stop);

 private:
  int wait();
  int wait_for_alarm(std::uint64_t wake);
  [[nodiscard]] std::uint64_t next_wake() const;
  unsigned take_completions();
  void handle(const io_uring_cqe& cqe);
  void accepted(int result);
  void turn_away(int descriptor);
  void received(Peer& peer, const io_uring_cqe& cqe);
  void sent(Peer& peer, int result);
  void ring_alarms();
  void woke(Peer& peer, std::uint64_t now);
  void take_turns();
  void consume(Peer& peer, std::string_view octets);
  void go_on(Peer& peer);
  void touch(Peer& peer);
  void settle();
  [[nodiscard]] static bool may_go_on(const Peer& peer);
  void queue_turn(Peer& peer);
  void take_output(Peer& peer) const;
  static void start_work(Peer& peer);
  void flush(Peer& peer);
  void start_send(Peer& peer);
  void take_leave(Peer& peer);
  void linger(Peer& peer);
  void drop(Peer& peer, std::size_t octets);
  void close(Peer& peer);
  void release(Peer& peer);
  [[nodiscard]] static bool is_done(const Peer& peer);
  void pause_or_resume(Peer& peer);
  void arm_accept();
  void stall_if_due();

  // The most time that is spent on looking at the clock before an alarm is due.
  static constexpr std::uint64_t kLeadMax = 50'000;

  ServerPlan plan_;
  ServerSessionFactory make_session_;
  int listener_ = -1;
  bool bound_ = false;
  bool accepting_ = false;
  std::uint64_t accept_from_ = 0;  // the last accept failed: the next one waits until then
  net::Ring ring_;
  net::BufferRing buffers_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::uint32_t> vacant_;
  std::vector<std::uint32_t> touched_;  // to be settled; see Peer::touched
  std::deque<std::uint32_t> turns_;     // whose sessions have something to do; see Peer::queued
  Alarms alarms_;
  net::TimerLead lead_{kLeadMax};
  std::uint64_t started_ = 0;
  std::uint64_t stalls_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace backtalk::serve
