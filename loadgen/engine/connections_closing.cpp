// SPDX-License-Identifier: Apache-2.0 OR MIT
// How connections are closed and reopened.
#include <algorithm>

#include "engine/connections.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kBackoffMin = 10 * kMillisecond;
constexpr std::uint64_t kBackoffMax = 1'000 * kMillisecond;
// Minimum time between two checks, per connection: ten times what a check costs.
constexpr std::uint64_t kCheckGapNs = 100;
// How many timeouts a command may take with the content behind it, even if that goes out bit by
// bit.
constexpr std::uint64_t kContentTimeouts = 4;

}  // namespace

void Connections::end(Connection& connection, Ending ending, std::string_view reason) {
  if (ending == Ending::failed && connection.over_transport && !connection.transport->established())
    ++tally_.handshakes_failed;
  if (connection.state == State::open) {
    connection.session->end(ending, reason, clock_.now());
  } else if (ending == Ending::failed) {
    tally_.connection_failed(reason);
  }
  close(connection);
}

void Connections::fail(Connection& connection, std::string_view reason) {
  end(connection, Ending::failed, reason);
}

std::uint64_t Connections::goodbye_since(const Connection& connection) const {
  const std::uint64_t since = connection.session->waiting_since();
  return since == 0 ? 0 : std::max(since, last_goodbye_at_);
}

void Connections::cut_short(Connection& connection, std::uint64_t judged_at) {
  const std::uint64_t since = connection.ready_here ? goodbye_since(connection) : connection.opened_at;
  const bool overdue = since != 0 && judged_at > since + patience_ns();
  end(connection, Ending::unfinished, overdue ? std::string_view{} : session::kRunOver);
}

void Connections::close(Connection& connection) {
  if (connection.state == State::open) --live_;
  if (connection.over_transport) send_close_notify(connection);
  if (connection.wake_at != session::kNever) {
    connection.wake_at = session::kNever;
    wakes_.set(connection.slot, session::kNever);
  }
  handshake_ended(connection, false);
  connection.state = State::closing;
  if (connection.socket.idle()) {
    release(connection);
  } else {
    closed_.push_back(connection.slot);
  }
}

// Most servers close after their last reply. The receive has then ended by the time this is called,
// and needs no cancellation.
void Connections::settle() {
  for (const std::uint32_t slot : closed_) {
    Connection& connection = connections_[slot];
    if (connection.state == State::closing) connection.socket.cancel_all(ring_);
  }
  closed_.clear();
}

// The kernel holds no more operations of the connection: closes its descriptor, and reopens it now
// or later.
void Connections::release(Connection& connection) {
  give_room_back(connection);
  connection.socket.close();
  connection.over_transport = false;
  if (!opening_) {
    retire(connection);
    return;
  }
  connection.state = State::down;
  if (connection.begun > 0) {
    connection.backoff_ns = 0;
    connection.begun = 0;
    open(connection);
    return;
  }
  connection.backoff_ns = std::clamp(connection.backoff_ns * 2, kBackoffMin, kBackoffMax);
  connection.retry_at = clock_.now() + connection.backoff_ns;
  next_retry_ = std::min(next_retry_, connection.retry_at);
}

void Connections::retire(Connection& connection) {
  connection.state = State::retired;
  ++retired_;
}

void Connections::open_no_more() {
  if (!opening_) return;
  opening_ = false;
  next_to_open_ = connections_.size();
  for (Connection& connection : connections_) {
    if (connection.state == State::down) {
      retire(connection);
    } else if (connection.state == State::connecting) {
      close(connection);
    } else if (connection.state == State::securing) {
      const bool overdue = clock_.now() > connection.opened_at + patience_ns();
      if (overdue) tally_.connection_failed(session::kHandshakeUnfinished);
      close(connection);
    }
  }
}

void Connections::check_timeouts() {
  const std::uint64_t now = clock_.now();
  next_retry_ = kNever;
  for (Connection& connection : connections_) {
    switch (connection.state) {
      case State::down:
        if (connection.retry_at == 0) break;
        if (now >= connection.retry_at) {
          connection.retry_at = 0;
          open(connection);
        } else {
          next_retry_ = std::min(next_retry_, connection.retry_at);
        }
        break;
      case State::connecting:
        if (now > connection.since + plan_.timeout_ns) {
          ++tally_.connections_failed;
          tally_.errors.add("connect-timeout");
          close(connection);
        }
        break;
      case State::securing:
        if (now > connection.secured_since + plan_.timeout_ns) fail(connection, net::kHandshakeTimeout);
        break;
      case State::open: {
        const std::uint64_t waiting = connection.session->waiting_since();
        const std::uint64_t asked = connection.session->asked_since();
        const bool unanswered = (waiting != 0 && now > waiting + plan_.timeout_ns) ||
                                (asked != 0 && now > asked + kContentTimeouts * plan_.timeout_ns);
        const bool unsent = connection.socket.sending() && now > connection.since + plan_.timeout_ns;
        const bool in_handshake = connection.over_transport && !connection.transport->established();
        if (unanswered || unsent) fail(connection, in_handshake ? net::kHandshakeTimeout : "timeout");
        break;
      }
      case State::closing:
      case State::retired: break;
    }
  }
  // With thousands of connections to reopen, each at its own instant, checking them must not take
  // all of the thread's time: they are checked together.
  next_retry_ = std::max(next_retry_, now + std::max(kMillisecond, connections_.size() * kCheckGapNs));
}

}  // namespace backtalk::engine
