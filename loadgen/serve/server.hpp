// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The built-in servers' engine: one ring, one listening socket, sessions that answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "net/endpoint.hpp"
#include "net/ring.hpp"
#include "net/timer_lead.hpp"
#include "serve/clients.hpp"
#include "serve/server_plan.hpp"

namespace backtalk::serve {

/// `listen` and `run` must be called by one thread; any thread may set `stop`.
class Server {
 public:
  Server(ServerPlan plan, ServerSessionFactory make_session);
  ~Server();

  /// Starts to listen. Returns an error message, or nullopt on success: `listens_at` then has the
  /// real port. The destructor removes the file of a Unix socket.
  [[nodiscard]] std::optional<std::string> listen();
  [[nodiscard]] const net::Endpoint& listens_at() const { return plan_.at; }

  /// The number of clients that were turned away. Valid once `run` has returned.
  [[nodiscard]] std::uint64_t refused() const { return clients_.refused(); }

  /// When input arrived, on the clock of `net::now_ns`: the first ServerPlan::stamps_max pieces.
  /// Valid once `run` has returned.
  [[nodiscard]] std::span<const std::uint64_t> stamps() const { return clients_.stamps(); }

  /// Serves until `stop` is true. Returns an error message if the ring fails.
  [[nodiscard]] std::optional<std::string> run(const std::atomic<bool>& stop);

 private:
  unsigned reap_completions();
  void handle(const io_uring_cqe& cqe);
  void arm_accept();
  void accepted(int result);
  int wait();
  int wait_for_alarm(std::uint64_t wake);
  [[nodiscard]] std::uint64_t next_wake() const;
  void stall_if_due();

  // The longest time to poll the clock before an alarm is due, in ns.
  static constexpr std::uint64_t kLeadMax = 50'000;

  ServerPlan plan_;
  int listener_ = -1;
  bool bound_ = false;
  bool accepting_ = false;
  std::uint64_t accept_from_ = 0;  // no new accept before this instant, because the last one failed
  net::Ring ring_;
  Clients clients_;
  net::TimerLead lead_{kLeadMax};
  std::uint64_t started_ = 0;
  std::uint64_t stalls_ = 0;
};

}  // namespace backtalk::serve
