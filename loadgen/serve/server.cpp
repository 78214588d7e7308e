// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/server.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "net/clock.hpp"
#include "net/probe.hpp"

namespace backtalk::serve {
namespace {

constexpr unsigned kRingEntries = 4096;
// 1 MiB in all: the most that can arrive from one client before it is paused.
constexpr unsigned kBuffers = 64;
constexpr std::size_t kBufferOctets = 16384;
constexpr int kBufferGroup = 0;
constexpr int kListenQueue = 4096;
// Replies that a client leaves unread, or that are held back from it, before its commands are left alone.
constexpr std::size_t kUnreadMax = std::size_t{128} << 10;
// Commands that a session has not come to yet, likewise.
constexpr std::size_t kUnconsumedMax = std::size_t{64} << 10;
constexpr std::size_t kTurnsAtOnce = 16;
// How long, and how much, a client may go on sending that was told that nobody listens any more.
constexpr std::uint64_t kLingerNs = 1'000'000'000;
constexpr std::size_t kLingerOctets = std::size_t{16} << 20;
constexpr std::uint64_t kLookAroundNs = 100'000'000;  // how often `stop` is looked at

}  // namespace

Server::Server(ServerPlan plan, ServerSessionFactory make_session)
    : plan_(std::move(plan)), make_session_(std::move(make_session)) {}

Server::~Server() {
  if (listener_ >= 0) {
    // An accept that is still with the kernel keeps the port for some milliseconds after `close`.
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
  }
  if (bound_ && plan_.at.family() == AF_UNIX)
    ::unlink(reinterpret_cast<const sockaddr_un*>(plan_.at.get())->sun_path);
}

std::optional<std::string> Server::listen() {
  listener_ = socket(plan_.at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) return fmt::format("no socket: {}", std::strerror(errno));
  const int on = 1;
  if (plan_.at.family() != AF_UNIX) {
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (plan_.shared_port) setsockopt(listener_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  }
  bound_ = bind(listener_, plan_.at.get(), plan_.at.octets) == 0;
  if (!bound_ && errno == EADDRINUSE && plan_.at.family() == AF_UNIX) {
    return "the socket file exists already; remove it if no server is using it";
  }
  if (!bound_ || ::listen(listener_, kListenQueue) != 0) {
    return fmt::format("cannot listen there: {}", std::strerror(errno));
  }
  if (plan_.at.family() != AF_UNIX) {
    getsockname(listener_, reinterpret_cast<sockaddr*>(&plan_.at.address), &plan_.at.octets);
  }
  return std::nullopt;
}

std::optional<std::string> Server::run(const std::atomic<bool>& stop) {
  prctl(PR_SET_TIMERSLACK, 1UL);
  if (auto problem = ring_.open(kRingEntries)) return problem;
  if (const int result = buffers_.open(ring_, kBufferGroup, kBuffers, kBufferOctets); result < 0) {
    return fmt::format("io_uring refuses the receive buffers: {}", std::strerror(-result));
  }
  started_ = net::now_ns();
  while (!stop.load(std::memory_order_relaxed)) {
    if (!accepting_ && net::now_ns() >= accept_from_) arm_accept();
    stall_if_due();
    ring_alarms();
    take_turns();
    settle();
    ring_.submit();
    take_completions();  // of sends
    if (const int result = wait(); result < 0) return net::explain_enter_failure(-result);
    take_completions();
  }
  return std::nullopt;
}

unsigned Server::take_completions() {
  const unsigned taken = ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });
  settle();
  return taken;
}

// --- Waiting

int Server::wait() {
  if (!turns_.empty()) {
    ring_.poll();
    return 0;
  }
  const std::uint64_t wake = next_wake();
  if (!alarms_.empty()) return wait_for_alarm(wake);
  ring_.wake_at(wake);
  return ring_.submit_and_wait(1);
}

// Timers ring late, and service times may be shorter than that: this one is set early, and the clock is
// looked at for the rest.
int Server::wait_for_alarm(std::uint64_t wake) {
  const std::uint64_t set_for = wake - std::min(wake, lead_.ns());
  const std::uint64_t wait_from = net::now_ns();
  if (set_for > wait_from) {
    const int result = ring_.submit_and_wait(1, set_for - wait_from);
    const std::uint64_t woke = net::now_ns();
    if (take_completions() > 0 || woke < set_for) return result;
    lead_.rang(woke - set_for);
  }
  do {
    ring_.poll();
  } while (take_completions() == 0 && net::now_ns() < wake);
  return 0;
}

std::uint64_t Server::next_wake() const {
  std::uint64_t wake = std::min(net::now_ns() + kLookAroundNs, alarms_.next());
  if (plan_.stall_period_ns > 0) wake = std::min(wake, started_ + (stalls_ + 1) * plan_.stall_period_ns);
  return wake;
}

void Server::handle(const io_uring_cqe& cqe) {
  const net::Tag tag = net::Tag::unpack(cqe.user_data);
  const auto operation = static_cast<net::Operation>(tag.operation);
  if (operation == net::Operation::accept) {
    accepting_ = (cqe.flags & IORING_CQE_F_MORE) != 0;
    accepted(cqe.res);
    return;
  }
  Peer& peer = *peers_[tag.slot];
  peer.socket.completed(ring_, operation, cqe);
  switch (operation) {
    case net::Operation::receive: received(peer, cqe); break;
    case net::Operation::send: sent(peer, cqe.res); break;
    case net::Operation::cancel:
    case net::Operation::accept:
    case net::Operation::connect: break;
  }
  // Of the cancellation and the receive that it ends either may be told first.
  if (peer.paused && !peer.closing) pause_or_resume(peer);
  if (peer.closing && peer.socket.is_open() && peer.socket.idle()) release(peer);
}

void Server::arm_accept() {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_multishot_accept(sqe, listener_, nullptr, nullptr, SOCK_CLOEXEC);
  sqe->user_data = net::pack_tag(net::Operation::accept, 0);
  accepting_ = true;
}

void Server::accepted(int result) {
  if (result < 0) {                                // too many open files, or the client left while it waited
    accept_from_ = net::now_ns() + kLookAroundNs;  // to ask again at once would keep the core busy with it
    return;
  }
  if (vacant_.empty()) {
    if (peers_.size() >= plan_.connections_max) {
      turn_away(result);
      return;
    }
    vacant_.push_back(static_cast<std::uint32_t>(peers_.size()));
    peers_.push_back(std::make_unique<Peer>());
    peers_.back()->session = make_session_();
  }
  Peer& peer = *peers_[vacant_.back()];
  peer.slot = vacant_.back();
  vacant_.pop_back();
  peer.socket.adopt(result, plan_.at.family(), peer.slot);
  peer.closing = false;
  peer.session->restart();
  peer.socket.receive(ring_, kBufferGroup);
  go_on(peer);
}

void Server::turn_away(int descriptor) {
  ++refused_;
  (void)::send(descriptor, plan_.refusal.data(), plan_.refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::close(descriptor);
}

void Server::received(Peer& peer, const io_uring_cqe& cqe) {
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  if (!peer.closing) {
    if (peer.is_lingering() && cqe.res >= 0) {
      drop(peer, static_cast<std::size_t>(cqe.res));
    } else if (cqe.res > 0) {
      consume(peer, buffers_.view(buffer, static_cast<std::size_t>(cqe.res)));
    } else if (cqe.res == 0) {  // it sends no more, and may still read what it is owed
      peer.ended = true;
      touch(peer);
    } else if (cqe.res != -ENOBUFS && (cqe.res != -ECANCELED || !peer.paused)) {
      close(peer);
    }
    const bool reads_on = !peer.closing && !peer.paused && !peer.ended;
    if (reads_on && !peer.socket.receiving()) peer.socket.receive(ring_, kBufferGroup);
  }
  if (has_buffer) buffers_.recycle(buffer);
}

// --- Sessions

// The session takes what it will of what has just arrived; the rest is kept for its turn.
void Server::consume(Peer& peer, std::string_view octets) {
  if (may_go_on(peer) && peer.input.empty()) octets.remove_prefix(peer.session->consume(octets));
  peer.input.append(octets);
  go_on(peer);
}

void Server::ring_alarms() {
  if (alarms_.empty()) return;
  const std::uint64_t now = net::now_ns();
  while (const auto slot = alarms_.take_due(now)) woke(*peers_[*slot], now);
}

void Server::woke(Peer& peer, std::uint64_t now) {
  if (peer.linger_until <= now) {
    close(peer);
    return;
  }
  for (; !peer.delayed.empty() && peer.delayed.front().due <= now; peer.delayed.pop_front()) {
    peer.delayed_cost -= peer.delayed.front().cost();
    peer.ready.append(peer.delayed.front().octets);
  }
  if (peer.busy_until <= now) {
    peer.busy_until = Alarms::kNever;
    peer.session->finish_work();
  }
  go_on(peer);
}

// Few at once: a client that asks for little is answered between them, however many ask for much.
void Server::take_turns() {
  for (std::size_t left = std::min(turns_.size(), kTurnsAtOnce); left > 0; --left) {
    Peer& peer = *peers_[turns_.front()];
    turns_.pop_front();
    peer.queued = false;
    if (peer.closing || !peer.wants_turn() || !may_go_on(peer)) continue;
    peer.input.remove(peer.session->consume(peer.input.front()));
    go_on(peer);
  }
}

// The session did something.
void Server::go_on(Peer& peer) {
  take_output(peer);
  start_work(peer);
  touch(peer);
}

void Server::touch(Peer& peer) {
  if (peer.touched) return;
  peer.touched = true;
  touched_.push_back(peer.slot);
}

// Once for all that happened to a peer together: several receives are answered with one send.
void Server::settle() {
  for (const std::uint32_t slot : touched_) {
    Peer& peer = *peers_[slot];
    peer.touched = false;
    if (!peer.closing) flush(peer);
    if (peer.closing) continue;
    alarms_.set(slot, peer.next_alarm());
    queue_turn(peer);
  }
  touched_.clear();
}

bool Server::may_go_on(const Peer& peer) {
  return !peer.is_busy() && peer.unread() <= kUnreadMax;
}

// A turn is one call of `consume`, which has its bound. Turns go round, so that all get on alike.
void Server::queue_turn(Peer& peer) {
  if (peer.queued || !peer.wants_turn() || !may_go_on(peer)) return;
  peer.queued = true;
  turns_.push_back(peer.slot);
}

// What the session put out becomes ready to be sent, at once or when its delay is over.
void Server::take_output(Peer& peer) const {
  std::string& output = peer.session->output();
  if (output.empty()) return;
  if (plan_.delay_ns > 0) {
    peer.delayed.push_back({net::now_ns() + plan_.delay_ns, std::move(output)});
    peer.delayed_cost += peer.delayed.back().cost();
  } else if (peer.ready.empty()) {
    peer.ready.swap(output);
  } else {
    peer.ready.append(output);
  }
  output.clear();
}

void Server::start_work(Peer& peer) {
  if (peer.session->work_ns() > 0 && !peer.is_busy())
    peer.busy_until = net::now_ns() + peer.session->work_ns();
}

// --- Sending

// Sends what is ready, and closes when all is said.
void Server::flush(Peer& peer) {
  if (!peer.socket.sending()) {
    if (peer.sent_at == peer.sent.size()) {
      peer.sent.clear();
      peer.sent_at = 0;
      peer.sent.swap(peer.ready);
    }
    if (peer.sent_at < peer.sent.size()) {
      start_send(peer);
    } else if (is_done(peer)) {
      take_leave(peer);
      return;
    }
  }
  pause_or_resume(peer);
}

// All that the client asked for is answered, and all that it is to be told is sent.
bool Server::is_done(const Peer& peer) {
  if (!peer.delayed.empty() || peer.is_lingering()) return false;
  return peer.session->over() || (peer.ended && !peer.is_busy() && !peer.wants_turn());
}

// Looks away from a client while too much of what it asked for waits to reach it, so that neither one that
// does not read nor replies that are held back take up memory without a bound.
void Server::pause_or_resume(Peer& peer) {
  if (peer.ended) return;
  if (!peer.paused && (peer.unread() > kUnreadMax || peer.input.cost() > kUnconsumedMax)) {
    peer.paused = true;
    peer.socket.cancel_receive(ring_);
  } else if (peer.paused && peer.unread() <= kUnreadMax / 2 && peer.input.cost() <= kUnconsumedMax / 2 &&
             !peer.socket.receiving() && !peer.socket.cancelling()) {
    peer.paused = false;
    peer.socket.receive(ring_, kBufferGroup);
  }
}

void Server::start_send(Peer& peer) {
  std::size_t octets = peer.sent.size() - peer.sent_at;
  if (plan_.split_octets > 0) octets = std::min<std::size_t>(octets, plan_.split_octets);
  peer.socket.send(ring_, std::string_view(peer.sent).substr(peer.sent_at, octets));
}

void Server::sent(Peer& peer, int result) {
  if (peer.closing) return;
  if (result < 0) {
    close(peer);
    return;
  }
  peer.sent_at += static_cast<std::size_t>(result);
  touch(peer);
}

// --- Closing

void Server::take_leave(Peer& peer) {
  if (peer.session->closing() == session::Closing::when_client_ends && !peer.ended) {
    linger(peer);
    return;
  }
  if (peer.session->closing() == session::Closing::with_reset) peer.socket.reset_when_closed();
  close(peer);
}

// The client may still be sending, as it does not know yet that nobody listens. A socket that is closed on
// octets that it did not receive resets the connection, and the client may never see the last reply (RFC
// 1122 4.2.2.13).
void Server::linger(Peer& peer) {
  peer.socket.end_sending();
  peer.input.clear();
  peer.linger_until = net::now_ns() + kLingerNs;
  peer.linger_octets = kLingerOctets;
  pause_or_resume(peer);
}

// It sent so many octets more; with none it has ended.
void Server::drop(Peer& peer, std::size_t octets) {
  if (octets == 0 || octets > peer.linger_octets) {
    close(peer);
  } else {
    peer.linger_octets -= octets;
  }
}

void Server::close(Peer& peer) {
  peer.closing = true;
  alarms_.set(peer.slot, Alarms::kNever);
  if (peer.socket.idle()) {
    release(peer);
  } else {
    peer.socket.give_up(ring_);
  }
}

void Server::release(Peer& peer) {
  peer.socket.close();
  peer.clear();
  vacant_.push_back(peer.slot);
}

void Server::stall_if_due() {
  if (plan_.stall_period_ns == 0) return;
  const std::uint64_t passed = (net::now_ns() - started_) / plan_.stall_period_ns;
  if (passed <= stalls_) return;
  stalls_ = passed;
  std::this_thread::sleep_for(std::chrono::nanoseconds(plan_.stall_ns));
}

}  // namespace backtalk::serve
