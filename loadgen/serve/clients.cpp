// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/clients.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/clock.hpp"

namespace backtalk::serve {
namespace {

// 1 MiB in all: the most that can arrive from one client before it is paused.
constexpr unsigned kBuffers = 64;
constexpr std::size_t kBufferOctets = 16384;
constexpr std::size_t kTurnsAtOnce = 16;
// What could have been sent by anyone: an answer in each of the protocols that upgrade.
constexpr std::string_view kInjected = "250 2.0.0 * OK +OK injected\r\n";

void reset(int descriptor) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(descriptor);
}

}  // namespace

Clients::Clients(const ServerPlan& plan, ServerSessionFactory make_session, net::Ring& ring)
    : plan_(plan), make_session_(std::move(make_session)), ring_(ring), work_(plan.workers) {}

int Clients::prepare() {
  if (plan_.transport.make) plain_ = std::make_unique_for_overwrite<char[]>(kPlainOctets);
  if (const int result = bell_.open(); result < 0) return result;
  arm_bell();
  return buffers_.open(ring_, kBufferGroup, kBuffers, kBufferOctets);
}

void Clients::arm_bell() {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_poll_multishot(sqe, bell_.descriptor(), POLLIN);
  sqe->user_data = net::pack_tag(net::Operation::wake, 0);
}

void Clients::bell_rang(const io_uring_cqe& cqe) {
  if ((cqe.flags & IORING_CQE_F_MORE) == 0) arm_bell();
  bell_.answer(bell_rung_for_);
  for (const std::uint32_t slot : bell_rung_for_) {
    if (!peers_[slot]->closing) touch(*peers_[slot]);
  }
}

void Clients::accept(int descriptor) {
  const std::uint64_t refuse_every = plan_.faults.refuse_every;
  if (refuse_every > 0 && ++accepted_ % refuse_every == 0) {
    reset(descriptor);
    return;
  }
  if (vacant_.empty()) {
    if (peers_.size() >= plan_.connections_max) {
      turn_away(descriptor);
      return;
    }
    vacant_.push_back(static_cast<std::uint32_t>(peers_.size()));
    peers_.push_back(std::make_unique<Peer>());
    peers_.back()->session = make_session_();
    peers_.back()->session->on_news([this, slot = vacant_.back()] { bell_.ring(slot); });
    if (plan_.transport.make) peers_.back()->transport = plan_.transport.make();
  }
  Peer& peer = *peers_[vacant_.back()];
  peer.slot = vacant_.back();
  vacant_.pop_back();
  peer.socket.adopt(descriptor, plan_.at.family(), peer.slot);
  peer.closing = false;
  if (plan_.connection_timeout_ns > 0) peer.connected_until = net::now_ns() + plan_.connection_timeout_ns;
  peer.socket.receive(ring_, kBufferGroup);
  if (peer.transport && plan_.transport.start == net::TransportStart::at_once) {
    begin_handshake(peer);
    touch(peer);
  } else {
    begin_session(peer);
  }
}

void Clients::begin_session(Peer& peer) {
  peer.greeted = true;
  peer.session->restart();
  proceed(peer);
}

void Clients::completed(std::uint32_t slot, net::Operation operation, const io_uring_cqe& cqe) {
  Peer& peer = *peers_[slot];
  peer.socket.completed(ring_, operation, cqe);
  switch (operation) {
    case net::Operation::receive: received(peer, cqe); break;
    case net::Operation::send: sent(peer, cqe.res); break;
    case net::Operation::cancel:
    case net::Operation::accept:
    case net::Operation::wake:
    case net::Operation::connect: break;
  }
  // The cancellation and the receive that it ends may complete in either order.
  if (peer.paused && !peer.closing) pause_or_resume(peer);
  if (peer.closing && peer.socket.is_open() && peer.socket.idle()) release(peer);
}

void Clients::turn_away(int descriptor) {
  ++refused_;
  (void)::send(descriptor, plan_.refusal.data(), plan_.refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::close(descriptor);
}

void Clients::received(Peer& peer, const io_uring_cqe& cqe) {
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  if (!peer.closing) {
    if (peer.is_lingering() && cqe.res >= 0) {
      drop(peer, static_cast<std::size_t>(cqe.res));
    } else if (cqe.res > 0) {
      if (stamps_.size() < plan_.stamps_max) stamps_.push_back(net::now_ns());
      consume(peer, buffers_.view(buffer, static_cast<std::size_t>(cqe.res)));
    } else if (cqe.res == 0) {  // it sends no more, but may still read the replies it is owed
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

void Clients::consume(Peer& peer, std::string_view octets) {
  if (!peer.over_transport && peer.session->wants_tls() && !upgrade(peer)) return;
  if (peer.over_transport) {
    consume_secured(peer, octets);
    return;
  }
  deliver(peer, octets);
  proceed(peer);
}

// The session consumes what it can of the octets that just arrived; the rest waits for its turn.
void Clients::deliver(Peer& peer, std::string_view octets) {
  if (may_proceed(peer) && peer.input.empty()) octets.remove_prefix(peer.session->consume(octets));
  peer.input.append(octets);
}

void Clients::run_alarms() {
  if (alarms_.empty()) return;
  const std::uint64_t now = net::now_ns();
  while (const auto slot = alarms_.pop_due(now)) wake(*peers_[*slot], now);
}

void Clients::wake(Peer& peer, std::uint64_t now) {
  if (peer.linger_until <= now || peer.handshake_until <= now || peer.connected_until <= now) {
    close(peer);
    return;
  }
  for (; !peer.delayed.empty() && peer.delayed.front().due <= now; peer.delayed.pop_front()) {
    peer.delayed_cost -= peer.delayed.front().cost();
    peer.ready.append(peer.delayed.front().octets);
  }
  if (peer.resting_until <= now) peer.resting_until = net::Alarms::kNever;
  if (peer.busy_until <= now) {
    peer.busy_until = net::Alarms::kNever;
    peer.session->finish_work();
  }
  proceed(peer);
}

// Few at once: a client that asks for little is answered in between, however many ask for much.
void Clients::run_turns() {
  for (std::size_t left = std::min(turns_.size(), kTurnsAtOnce); left > 0; --left) {
    Peer& peer = *peers_[turns_.front()];
    turns_.pop_front();
    peer.queued = false;
    if (peer.closing || !peer.wants_turn() || !may_proceed(peer)) continue;
    peer.input.remove(peer.session->consume(peer.input.front()));
    proceed(peer);
  }
}

// To be called after the session did something.
void Clients::proceed(Peer& peer) {
  collect_output(peer);
  start_work(peer);
  touch(peer);
}

void Clients::touch(Peer& peer) {
  if (peer.touched) return;
  peer.touched = true;
  touched_.push_back(peer.slot);
}

// Once for everything that happened to a peer: several receives are answered with one send.
void Clients::settle() {
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

bool Clients::may_proceed(const Peer& peer) {
  return !peer.is_busy() && !peer.securing && !peer.session->wants_tls() && peer.unread() <= kUnreadMax;
}

// A turn is one bounded call of `consume`. Turns are round robin, so that all clients progress
// alike.
void Clients::queue_turn(Peer& peer) {
  if (peer.queued || !peer.wants_turn() || !may_proceed(peer)) return;
  peer.queued = true;
  turns_.push_back(peer.slot);
}

// Makes the session's output ready to be sent, at once or after its delay.
void Clients::collect_output(Peer& peer) {
  std::string& output = peer.session->output();
  if (output.empty()) return;
  if (plan_.tls_faults.inject_every > 0) inject(peer);
  if (plan_.faults.delay_ns > 0) {
    peer.delayed.push_back({net::now_ns() + plan_.faults.delay_ns, std::move(output)});
    peer.delayed_cost += peer.delayed.back().cost();
  } else if (peer.ready.empty()) {
    peer.ready.swap(output);
  } else {
    peer.ready.append(output);
  }
  output.clear();
}

// The output that the session ends with its acceptance of TLS: the handshake comes next.
void Clients::inject(Peer& peer) {
  const bool is_acceptance = peer.session->wants_tls() && !peer.over_transport;
  if (is_acceptance && ++upgrades_ % plan_.tls_faults.inject_every == 0)
    peer.session->output().append(kInjected);
}

void Clients::start_work(Peer& peer) {
  if (peer.session->work_ns() > 0 && !peer.is_busy())
    peer.busy_until = work_.add(net::now_ns(), peer.session->work_ns());
}

}  // namespace backtalk::serve
