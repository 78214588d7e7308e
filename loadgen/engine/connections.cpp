// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/connections.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "net/failure_names.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kBackoffMin = 10 * kMillisecond;
constexpr std::uint64_t kBackoffMax = 1'000 * kMillisecond;
constexpr std::uint64_t kLookNs = 100;  // between two looks, for each connection: ten times what one costs
constexpr std::size_t kRingEntriesMin = 256;
constexpr std::size_t kRingEntriesMax = 4096;
constexpr int kBufferGroup = 0;

}  // namespace

Connections::Connections(const ClientPlan& plan, const session::SessionFactory& make_session,
                         stats::Tally& tally, net::Watch& watch, unsigned first, unsigned count)
    : plan_(plan),
      make_session_(make_session),
      tally_(tally),
      watch_(watch),
      first_(first),
      connections_(count) {}

std::optional<std::string> Connections::prepare() {
  // A receive, a send and a cancellation of each; with more connections they are submitted in portions.
  const auto entries = static_cast<unsigned>(
      std::bit_ceil(std::clamp(connections_.size() * 4, kRingEntriesMin, kRingEntriesMax)));
  if (auto problem = ring_.open(entries)) return problem;
  const auto buffers = static_cast<unsigned>(
      std::bit_ceil(std::clamp(connections_.size() * 2, std::size_t{64}, std::size_t{2048})));
  if (const int result = buffers_.open(ring_, kBufferGroup, buffers, plan_.receive_octets); result < 0) {
    return fmt::format("io_uring refuses {} receive buffers: {}", buffers, std::strerror(-result));
  }
  closed_.reserve(connections_.size());
  outputs_ = std::make_unique_for_overwrite<char[]>(connections_.size() * plan_.send_octets);
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot) {
    Connection& connection = connections_[slot];
    connection.slot = slot;
    const unsigned index = first_ + slot;
    connection.session = make_session_(
        {.index = index, .seed = session::SplitMix64::nth(plan_.seed, index), .observer = tally_});
    connection.output = {outputs_.get() + slot * plan_.send_octets, plan_.send_octets};
  }
  return std::nullopt;
}

Connection* Connections::completed(const io_uring_cqe& cqe) {
  const net::Tag tag = net::Tag::unpack(cqe.user_data);
  const auto operation = static_cast<net::Operation>(tag.operation);
  Connection& connection = connections_[tag.slot];
  connection.socket.completed(ring_, operation, cqe);
  bool may_speak = false;
  switch (operation) {
    case net::Operation::connect: may_speak = opened(connection, cqe.res); break;
    case net::Operation::receive: may_speak = received(connection, cqe); break;
    case net::Operation::send: may_speak = sent(connection, cqe.res); break;
    case net::Operation::cancel:
    case net::Operation::accept: break;
  }
  if (connection.state == State::closing && connection.socket.idle()) release(connection);
  return may_speak ? &connection : nullptr;
}

// --- Opening

void Connections::open_more(std::size_t due) {
  due = std::min(due, connections_.size());
  while (opening_ && next_to_open_ < due && shaking_hands_ < handshakes_.size()) {
    Connection& connection = connections_[next_to_open_++];
    connection.shaking_hands = true;
    ++shaking_hands_;
    open(connection);
  }
}

void Connections::open(Connection& connection) {
  const int descriptor = socket(plan_.target.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int failure = errno;
  connection.since = connection.opened_at = watch_.now();
  connection.state = State::connecting;
  connection.socket.adopt(descriptor, plan_.target.family(), connection.slot);
  if (descriptor < 0) {
    static_cast<void>(opened(connection, -failure));
  } else {
    connection.socket.connect(ring_, plan_.target);
  }
}

bool Connections::opened(Connection& connection, int result) {
  if (connection.state != State::connecting) return false;
  if (result < 0) {
    ++tally_.connections_failed;
    tally_.errors.add(net::connect_failure(-result));
    close(connection);
    return false;
  }
  ++tally_.connections_opened;
  tally_.connect.record(watch_.look() - connection.since);
  ++live_;
  connection.state = State::open;
  connection.begun = 0;
  connection.heard = false;
  connection.output_at = connection.output_end = 0;
  connection.session->restart(watch_.now());
  connection.socket.receive(ring_, kBufferGroup);
  // Where the server does not greet, connecting was the whole handshake.
  if (connection.session->ready()) shook_hands(connection, true);
  return true;
}

// The first handshake is over, one way or the other.
void Connections::shook_hands(Connection& connection, bool succeeded) {
  if (!connection.shaking_hands) return;
  connection.shaking_hands = false;
  --shaking_hands_;
  if (succeeded) {
    handshakes_.succeeded(watch_.now() - connection.opened_at);
  } else {
    handshakes_.failed();
  }
}

// --- Receiving and sending

bool Connections::received(Connection& connection, const io_uring_cqe& cqe) {
  ++receives_;
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  bool may_speak = false;
  if (connection.state == State::open) {
    if (cqe.res > 0) {
      may_speak = consume(connection, buffers_.view(buffer, static_cast<std::size_t>(cqe.res)));
    } else if (cqe.res == -ENOBUFS) {
      connection.socket.receive(ring_, kBufferGroup);
    } else {
      fail(connection, cqe.res == 0 ? "closed" : net::transfer_failure(-cqe.res));
    }
  }
  if (has_buffer) buffers_.recycle(buffer);
  return may_speak;
}

bool Connections::consume(Connection& connection, std::string_view octets) {
  tally_.bytes_received += octets.size();
  connection.heard = true;
  session::Session& session = *connection.session;
  session.consume(octets, watch_.look());
  if (plan_.quick_ack) connection.socket.acknowledge_at_once();
  if (connection.shaking_hands && session.ready()) shook_hands(connection, true);
  if (!connection.socket.receiving() && !session.over()) connection.socket.receive(ring_, kBufferGroup);
  return true;
}

bool Connections::sent(Connection& connection, int result) {
  if (connection.state != State::open) return false;
  if (result < 0) {
    // What the server said before it closed may still be on its way in: the receive tells how it ended.
    if (!connection.socket.receiving() || (result != -EPIPE && result != -ECONNRESET))
      fail(connection, net::transfer_failure(-result));
    return false;
  }
  tally_.bytes_sent += static_cast<std::uint64_t>(result);
  connection.output_at += static_cast<std::size_t>(result);
  if (connection.output_at == connection.output_end) return true;
  start_send(connection);
  return false;
}

void Connections::speak(Connection& connection) {
  session::Session& session = *connection.session;
  if (!session.over() && !connection.socket.sending()) {
    connection.output_at = 0;
    connection.output_end = session.produce(connection.output, watch_.now());
    if (connection.output_end > 0) start_send(connection);
  }
  if (session.over()) close(connection);
}

void Connections::start_send(Connection& connection) {
  connection.socket.send(
      ring_, {connection.output.data() + connection.output_at, connection.output_end - connection.output_at});
  connection.since = watch_.now();
}

// --- Closing

void Connections::end(Connection& connection, Ending ending, std::string_view reason) {
  connection.session->end(ending, reason, watch_.now());
  close(connection);
}

void Connections::fail(Connection& connection, std::string_view reason) {
  end(connection, Ending::failed, reason);
}

void Connections::close(Connection& connection) {
  if (connection.state == State::open) --live_;
  shook_hands(connection, false);
  connection.state = State::closing;
  if (connection.socket.idle()) {
    release(connection);
  } else {
    closed_.push_back(connection.slot);
  }
}

// A server closes behind its last word, mostly: the receive is then over before it need be called back.
void Connections::settle() {
  for (const std::uint32_t slot : closed_) {
    Connection& connection = connections_[slot];
    if (connection.state == State::closing) connection.socket.give_up(ring_);
  }
  closed_.clear();
}

// Nothing of the connection is with the kernel any more: its descriptor goes, and it may be opened again.
void Connections::release(Connection& connection) {
  connection.socket.close();
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
  connection.retry_at = watch_.now() + connection.backoff_ns;
  next_retry_ = std::min(next_retry_, connection.retry_at);
}

void Connections::retire(Connection& connection) {
  connection.state = State::retired;
  ++retired_;
}

void Connections::open_no_more() {
  opening_ = false;
  next_to_open_ = connections_.size();
  for (Connection& connection : connections_) {
    if (connection.state == State::down) {
      retire(connection);
    } else if (connection.state == State::connecting) {
      close(connection);
    }
  }
}

void Connections::look_for_timeouts() {
  const std::uint64_t now = watch_.now();
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
      case State::open: {
        const std::uint64_t waiting = connection.session->waiting_since();
        const bool unanswered = waiting != 0 && now > waiting + plan_.timeout_ns;
        const bool unsent = connection.socket.sending() && now > connection.since + plan_.timeout_ns;
        if (unanswered || unsent) fail(connection, "timeout");
        break;
      }
      case State::closing:
      case State::retired: break;
    }
  }
  // Thousands of connections that are to be opened again, each at an instant of its own, are looked at
  // together, and the look must not become what the thread does.
  next_retry_ = std::max(next_retry_, now + std::max(kMillisecond, connections_.size() * kLookNs));
}

}  // namespace backtalk::engine
