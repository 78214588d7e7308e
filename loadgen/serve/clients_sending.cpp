// SPDX-License-Identifier: Apache-2.0 OR MIT
// How clients are sent their output, and how their connections end.
#include <algorithm>

#include "net/clock.hpp"
#include "serve/clients.hpp"

namespace backtalk::serve {
namespace {

// The most octets of unconsumed commands before the client is paused.
constexpr std::size_t kUnconsumedMax = std::size_t{64} << 10;
// How long, and how much, a client may go on sending after the server has stopped listening to it.
constexpr std::uint64_t kLingerNs = 1'000'000'000;
constexpr std::size_t kLingerOctets = std::size_t{16} << 20;
// Where records are cut: inside a record's header, and then anywhere.
constexpr std::size_t kRecordCut = 3;
constexpr std::size_t kNextRecordCut = 997;

}  // namespace

std::size_t worst_cut(std::string_view octets) {
  const std::size_t cr = octets.find('\r');
  return cr == std::string_view::npos ? octets.size() : cr + 1;
}

// Sends what is ready, and closes the connection once everything is sent.
void Clients::flush(Peer& peer) {
  if (!peer.socket.sending()) {
    if (peer.unsent.empty()) fill(peer);
    if (peer.unsent.empty() && !peer.over_transport && peer.session->wants_tls() && upgrade(peer)) fill(peer);
    if (peer.unsent.empty() && is_done(peer)) {
      send_close(peer);
      if (peer.unsent.empty()) {
        finish(peer);
        return;
      }
    }
    if (!peer.unsent.empty() && !peer.is_resting()) start_send(peer);
  }
  pause_or_resume(peer);
}

// Chooses what is sent next, if there is anything.
void Clients::fill(Peer& peer) const {
  if (peer.over_transport) {
    fill_secured(peer);
  } else {
    peer.sent.clear();
    peer.sent.swap(peer.ready);
    peer.unsent = peer.sent;
  }
}

// True if every command is answered and no output is left to be sent.
bool Clients::is_done(const Peer& peer) {
  if (!peer.delayed.empty() || peer.is_lingering()) return false;
  if (peer.securing) return peer.ended;
  return peer.session->over() || (peer.ended && !peer.is_busy() && !peer.wants_turn());
}

// Stops reading from a client while too much of its output is waiting or too much of its input is
// not consumed, so that neither a client that does not read nor delayed replies use unbounded
// memory.
void Clients::pause_or_resume(Peer& peer) {
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

void Clients::start_send(Peer& peer) {
  peer.socket.send(ring_, peer.unsent.substr(0, send_size(peer)));
  if (plan_.faults.drip_ns > 0) peer.resting_until = net::now_ns() + plan_.faults.drip_ns;
}

std::size_t Clients::send_size(const Peer& peer) const {
  const TransportFaults& faults = plan_.faults;
  std::size_t octets = peer.unsent.size();
  for (const std::uint64_t most : {faults.split_octets, faults.drip_octets}) {
    if (most > 0) octets = std::min<std::size_t>(octets, most);
  }
  if (!faults.split_worst) return octets;
  if (!peer.over_transport) return std::min(octets, worst_cut(peer.unsent));
  return std::min(octets,
                  static_cast<unsigned char>(peer.unsent.front()) < 0x20 ? kRecordCut : kNextRecordCut);
}

void Clients::sent(Peer& peer, int result) {
  if (peer.closing) return;
  if (result < 0) {
    close(peer);
    return;
  }
  peer.unsent.remove_prefix(static_cast<std::size_t>(result));
  touch(peer);
}

// --- Closing

void Clients::finish(Peer& peer) {
  if (peer.session->closing() == session::Closing::when_client_ends && !peer.ended) {
    linger(peer);
    return;
  }
  if (peer.session->closing() == session::Closing::with_reset) peer.socket.reset_when_closed();
  close(peer);
}

// The client may still be sending, as it does not know yet that the server has stopped listening.
// Closing a socket that has unread input resets the connection, and the client may never see the
// last reply (RFC 1122 section 4.2.2.13).
void Clients::linger(Peer& peer) {
  peer.socket.end_sending();
  peer.input.clear();
  peer.linger_until = net::now_ns() + kLingerNs;
  peer.linger_octets = kLingerOctets;
  pause_or_resume(peer);
}

// Discards `octets` octets that a lingering client sent; 0 means that it ended the connection.
void Clients::drop(Peer& peer, std::size_t octets) {
  if (octets == 0 || octets > peer.linger_octets) {
    close(peer);
  } else {
    peer.linger_octets -= octets;
  }
}

void Clients::close(Peer& peer) {
  peer.closing = true;
  alarms_.set(peer.slot, net::Alarms::kNever);
  if (peer.socket.idle()) {
    release(peer);
  } else {
    peer.socket.cancel_all(ring_);
  }
}

void Clients::release(Peer& peer) {
  peer.socket.close();
  peer.session->hang_up();
  peer.clear();
  vacant_.push_back(peer.slot);
}

}  // namespace backtalk::serve
