/// The built-in servers' engine: one ring, one listening socket, sessions that answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/server_session.hpp"
#include "uring/buffer_ring.hpp"
#include "uring/endpoint.hpp"
#include "uring/ring.hpp"
#include "uring/stream_socket.hpp"

namespace backtalk::uring {

struct ServerPlan {
  Endpoint at;
  bool shared_port = false;  ///< several servers listen there, one a thread
  unsigned connections_max = 4096;
  std::uint64_t delay_ns = 0;         ///< replies are held back that long
  std::uint64_t stall_ns = 0;         ///< the server stops that long ...
  std::uint64_t stall_period_ns = 0;  ///< ... in every period; 0: never
  std::uint64_t split_octets = 0;     ///< the most octets of one send; 0: no limit
};

using ServerSessionFactory = std::function<std::unique_ptr<session::ServerSession>()>;

/// `open` and `run` belong to one thread; `stop` may be set by any.
class Server {
 public:
  Server(const ServerPlan& plan, ServerSessionFactory make_session);
  ~Server();

  /// Listens. A Unix socket's file goes with the server. What went wrong, where it cannot; `plan.at` has the
  /// real port afterwards.
  [[nodiscard]] std::optional<std::string> listen();
  [[nodiscard]] const Endpoint& listens_at() const { return plan_.at; }

  /// Serves until `stop` is true. What went wrong, where the ring could not be set up.
  [[nodiscard]] std::optional<std::string> run(const std::atomic<bool>& stop);

 private:
  struct Peer {
    StreamSocket socket;
    std::uint32_t slot = 0;
    bool paused = false;  // it does not read its replies: its commands are left where they are
    bool ended = false;   // it has said all that it will: it gets what it is owed, and is closed
    bool closing = false;
    std::unique_ptr<session::ServerSession> session;
    std::uint64_t connection = 0;  // counts connections: tells what was held back for one that is gone
    std::size_t held = 0;          // octets of output that are held back, with what it takes to hold them
    std::string ready;             // may be sent
    std::string sent;              // [sent_at, end) is with the kernel, or next
    std::size_t sent_at = 0;

    [[nodiscard]] std::size_t unread() const { return held + ready.size() + (sent.size() - sent_at); }
  };

  // A stretch of output that is held back.
  struct Held {
    std::uint64_t due = 0;
    std::uint32_t slot = 0;
    std::uint64_t connection = 0;
    std::string octets;

    [[nodiscard]] std::size_t cost() const { return sizeof(Held) + octets.size(); }
  };

  [[nodiscard]] std::uint64_t next_wake() const;
  void handle(const io_uring_cqe& cqe);
  void accepted(int result);
  void received(Peer& peer, const io_uring_cqe& cqe);
  void sent(Peer& peer, int result);
  void take_output(Peer& peer);
  void flush(Peer& peer);
  void start_send(Peer& peer);
  void close(Peer& peer);
  void release(Peer& peer);
  void pause_or_resume(Peer& peer);
  void arm_accept();
  void release_held();
  void stall_if_due();

  ServerPlan plan_;
  ServerSessionFactory make_session_;
  int listener_ = -1;
  bool bound_ = false;
  bool accepting_ = false;
  std::uint64_t accept_from_ = 0;  // the last accept failed: the next one waits until then
  Ring ring_;
  BufferRing buffers_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::uint32_t> vacant_;
  std::deque<Held> held_;  // in the order in which they fall due
  std::uint64_t connections_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t stalls_ = 0;
};

}  // namespace backtalk::uring
