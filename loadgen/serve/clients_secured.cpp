// SPDX-License-Identifier: Apache-2.0 OR MIT
// Clients whose connection uses a transport.
#include <algorithm>
#include <span>

#include "backtalk/detail/expect.hpp"
#include "net/clock.hpp"
#include "serve/clients.hpp"

namespace backtalk::serve {
namespace {

// Less than the authentication tag at the end of a record (RFC 8446 5.2).
constexpr std::size_t kCutOctets = 8;

}  // namespace

void Clients::begin_handshake(Peer& peer) const {
  BACKTALK_EXPECT(peer.transport != nullptr);
  peer.over_transport = peer.securing = true;
  peer.handshake_until = net::now_ns() + plan_.handshake_timeout_ns;
  peer.input.clear();  // what arrived in clear text after STARTTLS
  peer.transport->restart();
}

// Begins the handshake that the session wants. Returns false if clear text is still waiting to be
// sent: the handshake comes after it.
bool Clients::upgrade(Peer& peer) const {
  if (peer.unread() > 0 || peer.socket.sending()) return false;
  begin_handshake(peer);
  return true;
}

void Clients::established(Peer& peer) {
  peer.securing = false;
  peer.handshake_until = net::Alarms::kNever;
  if (peer.greeted) {
    peer.session->tls_established();
    proceed(peer);
  } else {
    begin_session(peer);
  }
}

void Clients::consume_secured(Peer& peer, std::string_view wire) {
  net::Transport& transport = *peer.transport;
  transport.receive(wire);
  if (peer.securing && transport.established()) established(peer);
  if (!peer.securing) {
    const std::span<char> plain(plain_.get(), kPlainOctets);
    while (const std::size_t octets = transport.read(plain)) deliver(peer, {plain.data(), octets});
    proceed(peer);
  }
  if (transport.ended()) peer.ended = true;
  if (transport.failed()) {  // sends the client the alert, as far as the socket accepts it at once
    if (!peer.socket.sending()) {
      peer.unsent = transport.output();
      if (!peer.unsent.empty()) start_send(peer);
    }
    close(peer);
    return;
  }
  touch(peer);
}

// The transport's own output goes first.
void Clients::fill_secured(Peer& peer) const {
  net::Transport& transport = *peer.transport;
  peer.unsent = transport.output();
  if (!peer.unsent.empty() || !transport.can_write() || peer.ready.empty()) return;
  std::size_t octets = std::min(peer.ready.size(), net::Transport::kWriteMax);
  if (plan_.faults.split_worst) octets = std::min(octets, worst_cut(peer.ready));
  transport.write(std::string_view(peer.ready).substr(0, octets));
  peer.ready.erase(0, octets);
  peer.unsent = transport.output();
  const bool is_last = peer.ready.empty() && peer.delayed.empty() && peer.session->over();
  if (is_last && plan_.tls_faults.end == TlsEnd::in_record)
    peer.unsent.remove_suffix(std::min(peer.unsent.size(), kCutOctets));
}

void Clients::send_close(Peer& peer) const {
  if (!peer.over_transport || peer.close_sent || !peer.transport->established()) return;
  if (peer.session->closing() == session::Closing::with_reset) return;
  if (plan_.tls_faults.end != TlsEnd::close_notify) return;
  peer.close_sent = true;
  peer.transport->close();
  peer.unsent = peer.transport->output();
}

}  // namespace backtalk::serve
