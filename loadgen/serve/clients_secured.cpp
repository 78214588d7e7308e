// SPDX-License-Identifier: Apache-2.0 OR MIT
// Clients whose connection uses a transport.
#include <algorithm>
#include <span>

#include "backtalk/detail/expect.hpp"
#include "serve/clients.hpp"

namespace backtalk::serve {

void Clients::begin_handshake(Peer& peer) {
  BACKTALK_EXPECT(peer.transport != nullptr);
  peer.over_transport = peer.securing = true;
  peer.input.clear();  // what arrived in clear text after STARTTLS
  peer.transport->restart();
}

// Begins the handshake that the session wants. Returns false if clear text is still waiting to be
// sent: the handshake comes after it.
bool Clients::upgrade(Peer& peer) {
  if (peer.unread() > 0 || peer.socket.sending()) return false;
  begin_handshake(peer);
  return true;
}

void Clients::established(Peer& peer) {
  peer.securing = false;
  if (peer.greeted) {
    peer.session->tls_established();
    go_on(peer);
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
    while (const std::size_t octets = transport.read(plain)) give(peer, {plain.data(), octets});
    go_on(peer);
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
void Clients::fill_secured(Peer& peer) {
  net::Transport& transport = *peer.transport;
  peer.unsent = transport.output();
  if (!peer.unsent.empty() || !transport.established() || peer.ready.empty()) return;
  const std::size_t octets = std::min(peer.ready.size(), net::Transport::kWriteMax);
  transport.write(std::string_view(peer.ready).substr(0, octets));
  peer.ready.erase(0, octets);
  peer.unsent = transport.output();
}

void Clients::say_goodbye(Peer& peer) {
  if (!peer.over_transport || peer.said_goodbye || !peer.transport->established()) return;
  if (peer.session->closing() == session::Closing::with_reset) return;
  peer.said_goodbye = true;
  peer.transport->close();
  peer.unsent = peer.transport->output();
}

}  // namespace backtalk::serve
