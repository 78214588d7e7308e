// SPDX-License-Identifier: Apache-2.0 OR MIT
// Connections whose octets pass through a transport.
#include <algorithm>

#include "engine/connections.hpp"
#include "net/failure_names.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;

}  // namespace

void Connections::begin_handshake(Connection& connection) {
  connection.over_transport = true;
  connection.secured_since = clock_.now();
  connection.transport->restart();
  send_secured(connection);
}

// The server has accepted TLS, and everything that belongs in clear text has been sent.
void Connections::upgrade(Connection& connection) {
  if (connection.transport == nullptr) {
    connection.session->end(session::Ending::failed, "tls-unavailable", clock_.now());
  } else {
    begin_handshake(connection);
  }
}

// The handshake has succeeded: begins the session, or continues it over the transport.
void Connections::established(Connection& connection) {
  tally_.tls.record(clock_.now() - connection.secured_since);
  ++(connection.transport->resumed() ? tally_.handshakes_resumed : tally_.handshakes_full);
  if (connection.state == State::securing) {
    begin_session(connection);
  } else {
    connection.session->tls_established(clock_.now());
  }
}

bool Connections::consume_secured(Connection& connection, std::string_view wire) {
  net::Transport& transport = *connection.transport;
  const bool was_established = transport.established();
  connection.heard = true;
  tally_.wire_overhead_received += static_cast<std::int64_t>(wire.size());
  clock_.refresh();
  transport.receive(wire);
  if (!was_established && transport.established()) established(connection);
  if (transport.established()) hand_over(connection);
  if (connection.state == State::open && connection.session->over()) return true;
  if (transport.failed() || transport.ended()) {
    fail(connection, reason_of_end(connection));
    return false;
  }
  if (plan_.quick_ack) connection.socket.acknowledge_at_once();
  if (!connection.socket.receiving()) connection.socket.receive(ring_, kBufferGroup);
  if (connection.state == State::open && !connection.session->wants_tls()) return true;
  if (!connection.socket.sending()) send_secured(connection);
  return false;
}

// Passes plain octets to the session until there are none left or the session is over.
void Connections::hand_over(Connection& connection) {
  session::Session& session = *connection.session;
  const std::span<char> plain(plain_.get(), kPlainOctets);
  while (!session.over()) {
    const std::size_t octets = connection.transport->read(plain);
    if (octets == 0) break;
    tally_.bytes_received += octets;
    tally_.wire_overhead_received -= static_cast<std::int64_t>(octets);
    if (connection.keeper) connection.keeper->received({plain.data(), octets});
    session.consume({plain.data(), octets}, clock_.now());
    count_read(session);
  }
  if (connection.handshaking && session.ready()) handshake_ended(connection, true);
}

void Connections::speak_secured(Connection& connection) {
  send_secured(connection);
  if (connection.socket.sending() || !connection.transport->can_write()) return;
  const std::span<char> room = rooms_.next();  // the transport copies what is in it
  const std::size_t most = std::min(room.size(), net::Transport::kWriteMax);
  const std::size_t octets = connection.session->produce(room.first(most), clock_.now());
  if (octets == 0) return;
  tally_.bytes_sent += octets;
  tally_.wire_overhead_sent -= static_cast<std::int64_t>(octets);
  connection.transport->write({room.data(), octets});
  if (connection.transport->failed()) {
    fail(connection, connection.transport->failure());
  } else {
    send_secured(connection);
  }
}

// Sends the pending output of the transport.
void Connections::send_secured(Connection& connection) {
  connection.unsent = connection.transport->output();
  if (!connection.unsent.empty()) start_send(connection);
}

// The receive ended. 0: the server has closed the connection; negative: an error.
void Connections::lose_transport(Connection& connection, int result) {
  if (result < 0 || connection.reset) {
    fail(connection, reason_of_loss(connection, result));
    return;
  }
  connection.transport->end_of_stream();
  fail(connection, reason_of_end(connection));
}

std::string_view Connections::reason_of_end(const Connection& connection) {
  return connection.transport->failed() ? connection.transport->failure() : "closed";
}

// Sends close_notify, or the alert of a failure, as far as the socket accepts it at once.
void Connections::send_close_notify(Connection& connection) {
  net::Transport& transport = *connection.transport;
  if (transport.established() && !transport.failed()) transport.close();
  if (!connection.socket.sending()) send_secured(connection);
}

}  // namespace backtalk::engine
