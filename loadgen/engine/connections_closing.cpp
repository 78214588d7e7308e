// SPDX-License-Identifier: Apache-2.0 OR MIT
// How connections are closed and reopened.
#include <algorithm>
#include <utility>

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
constexpr std::string_view kCutShort = "session-cut-short";

}  // namespace

// That of its session, which may not have begun.
session::Observer& Connections::observer_of(const Connection& connection) const {
  if (connection.record) return *connection.record;
  if (connection.target_record) return *connection.target_record;
  return tally_;
}

void Connections::end(Connection& connection, Ending ending, std::string_view reason) {
  if (ending == Ending::failed && connection.over_transport && !connection.transport->established())
    ++tally_.handshakes_failed;
  if (connection.state == State::open) {
    connection.session->end(ending, reason, clock_.now());
  } else if (ending == Ending::failed) {
    observer_of(connection).connection_failed(reason);
  }
  if (connection.record && ending == Ending::unfinished) connection.record->give_up();
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
  if (connection.state == State::open) {
    --live_;
    --connection.watch->live;
  }
  if (connection.over_transport) send_close_notify(connection);
  if (connection.wake_at != session::kNever) {
    connection.wake_at = session::kNever;
    wakes_.set(connection.slot, session::kNever);
  }
  handshake_ended(connection, false);
  if (connection.record && !tries_next_address(connection)) conclude(connection);
  connection.state = State::closing;
  if (connection.socket.idle()) {
    release(connection);
  } else {
    closed_.push_back(connection.slot);
  }
}

// Partly open: the session has ended with its connection.
void Connections::conclude(Connection& connection) {
  const SessionRecord& record = *connection.record;
  const session::Ticket& arrival = record.arrival();
  if (record.was_cut_short() && arrival.measured) {
    tally_.errors.add(kCutShort);
    if (connection.target_record) connection.target_record->add_error(kCutShort);
  }
  const std::uint64_t age = clock_.now() - std::min(clock_.now(), arrival.scheduled + record.waited());
  tally_.sessions.ended(arrival, record.ending(), record.timed_out(), age);
  if (arrival.measured) tally_.last_end = std::max(tally_.last_end, clock_.now());
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
  const std::uint64_t begun = std::exchange(connection.begun, 0);
  count_addresses(connection, [begun](stats::AddressTally& one) { one.transactions += begun; });
  // A session that has arrived goes on to the next address, even if no other arrives.
  if (connection.record && tries_next_address(connection)) {
    open(connection);
    return;
  }
  if (!opening_) {
    retire(connection);
    return;
  }
  connection.state = State::down;
  if (free_ != nullptr) {
    connection.free_since = clock_.now();
    free_->push(connection.slot);
    return;
  }
  if (begun > 0) {
    connection.backoff_ns = 0;
    connection.retry_at = connection.session->absent_until();
    if (connection.retry_at > clock_.now()) {
      connection.absent = true;
      ++absent_;
      next_retry_ = std::min(next_retry_, connection.retry_at);
      return;
    }
    connection.retry_at = 0;
    open(connection);
    return;
  }
  if (tries_next_address(connection)) {
    open(connection);
    return;
  }
  connection.failed_in_a_row = 0;
  connection.backoff_ns = std::clamp(connection.backoff_ns * 2, kBackoffMin, kBackoffMax);
  connection.retry_at = clock_.now() + connection.backoff_ns;
  next_retry_ = std::min(next_retry_, connection.retry_at);
}

// The user of a connection thinks no more, or is not asked to.
void Connections::come_back(Connection& connection) {
  if (!std::exchange(connection.absent, false)) return;
  --absent_;
}

void Connections::retire(Connection& connection) {
  come_back(connection);
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
      if (connection.record) connection.record->give_up();
      close(connection);
    } else if (connection.state == State::securing) {
      if (connection.record) connection.record->give_up();
      const bool overdue = clock_.now() > connection.opened_at + patience_ns();
      if (overdue && connection.target_record) {
        connection.target_record->connection_failed(session::kHandshakeUnfinished);
      } else if (overdue) {
        tally_.connection_failed(session::kHandshakeUnfinished);
      }
      close(connection);
    }
  }
}

void Connections::open_no_more_sessions() {
  opening_ = false;
  next_to_open_ = connections_.size();
  for (Connection& connection : connections_) {
    if (connection.state == State::down) retire(connection);
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
          come_back(connection);
          open(connection);
        } else {
          next_retry_ = std::min(next_retry_, connection.retry_at);
        }
        break;
      case State::connecting:
        if (now > connection.since + plan_.timeout_ns) {
          opening_failed(connection, "connect-timeout");
          if (connection.record) connection.record->fail("connect-timeout");
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
