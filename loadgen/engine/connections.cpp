// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/connections.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>

#include "net/failure_names.hpp"
#include "session/split_mix64.hpp"
#include "session/thinking_session.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;

constexpr std::string_view kInjection = "protocol-starttls-injection";
constexpr std::size_t kRingEntriesMin = 256;
constexpr std::size_t kRingEntriesMax = 4096;
// Of what all connections receive, to be kept while the stream is good.
constexpr std::size_t kKeptMax = std::size_t{64} << 20;
constexpr std::size_t kKeptMin = 4096;

std::size_t kept_octets(const ClientPlan& plan) {
  return std::clamp(kKeptMax / (2 * std::max<std::size_t>(plan.connections, 1)), kKeptMin,
                    BadStreams::kOctetsMax);
}

// How many endpoints the targets before that one have.
std::uint32_t addresses_before(const ClientPlan& plan, std::size_t target) {
  std::size_t count = 0;
  for (const Target& one : std::span(plan.targets).first(target)) count += one.endpoints.size();
  return static_cast<std::uint32_t>(count);
}

}  // namespace

Connections::Connections(const ClientPlan& plan, const session::SessionFactory& make_session,
                         stats::Tally& tally, net::CachedClock& clock, unsigned first,
                         std::span<const std::uint32_t> targets)
    : plan_(plan),
      make_session_(make_session),
      tally_(tally),
      clock_(clock),
      first_(first),
      targets_(targets),
      connections_(targets.size()),
      handshakes_(plan.threads),
      watches_(plan.targets.size()) {}

std::optional<std::string> Connections::prepare() {
  // A receive, a send and a cancellation per connection. More entries than the maximum are
  // submitted in portions.
  const auto entries = static_cast<unsigned>(
      std::bit_ceil(std::clamp(connections_.size() * 4, kRingEntriesMin, kRingEntriesMax)));
  if (auto problem = ring_.open(entries)) return problem;
  const auto buffers = static_cast<unsigned>(
      std::bit_ceil(std::clamp(connections_.size() * 2, std::size_t{64}, std::size_t{2048})));
  if (const int result = buffers_.open(ring_, kBufferGroup, buffers, plan_.receive_octets); result < 0) {
    return fmt::format("io_uring refuses {} receive buffers: {}", buffers, std::strerror(-result));
  }
  closed_.reserve(connections_.size());
  tally_.addresses.resize(addresses_before(plan_, plan_.targets.size()));
  tally_.sources.resize(plan_.sources.all().size());
  if (plan_.targets.size() > 1) tally_.targets.resize(plan_.targets.size());
  rooms_.open(connections_.size(), plan_.send_octets);
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot) {
    Connection& connection = connections_[slot];
    connection.slot = slot;
    const unsigned index = first_ + slot;
    if (plan_.bad_streams != nullptr)
      connection.keeper = std::make_unique<StreamKeeper>(tally_, *plan_.bad_streams, kept_octets(plan_));
    session::Observer* observer =
        connection.keeper ? static_cast<session::Observer*>(connection.keeper.get()) : &tally_;
    if (!tally_.targets.empty()) {
      connection.target_record = std::make_unique<TargetRecord>(tally_.targets[targets_[slot]], *observer);
      observer = connection.target_record.get();
    }
    if (plan_.session_rate) {
      connection.record = std::make_unique<SessionRecord>(*observer);
      observer = connection.record.get();
    }
    connection.target = &plan_.targets[targets_[slot]];
    connection.watch = &watches_[targets_[slot]];
    connection.session = make_session(
        *connection.target,
        {.index = index, .seed = session::SplitMix64::nth(plan_.seed, index), .observer = *observer});
    connection.first_address = addresses_before(plan_, targets_[slot]);
    connection.opening = index;
    if (connection.target->transport.make) connection.transport = connection.target->transport.make();
  }
  if (std::ranges::any_of(connections_, [](const Connection& one) { return one.transport != nullptr; }))
    plain_ = std::make_unique_for_overwrite<char[]>(kPlainOctets);
  return std::nullopt;
}

std::unique_ptr<session::Session> Connections::make_session(const Target& target,
                                                            const session::SessionContext& context) const {
  using session::ThinkingSession;
  const session::SessionFactory& make = target.make_session ? target.make_session : make_session_;
  if (plan_.think.empty()) return make(context);
  const auto who = plan_.session_rate ? ThinkingSession::Who::connection : ThinkingSession::Who::user;
  return std::make_unique<ThinkingSession>(make, context, plan_.think, who);
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
    case net::Operation::accept:
    case net::Operation::wake: break;
  }
  if (connection.state == State::closing && connection.socket.idle()) release(connection);
  return may_speak ? &connection : nullptr;
}

// --- Opening

void Connections::open_more(std::size_t due) {
  due = std::min(due, connections_.size());
  handshakes_.passed(clock_.now());
  while (opening_ && next_to_open_ < due && handshaking_ < handshakes_.size()) {
    Connection& connection = connections_[next_to_open_++];
    connection.handshaking = true;
    ++handshaking_;
    open(connection);
  }
}

void Connections::open(Connection& connection) {
  take_turn(connection);
  const net::Endpoint& endpoint = endpoint_of(connection);
  if (!plan_.session_rate) ++connection.watch->openings_in_vain;
  const int descriptor = open_socket(connection);
  connection.since = connection.opened_at = clock_.now();
  connection.state = State::connecting;
  connection.socket.adopt(std::max(descriptor, -1), endpoint.family(), connection.slot);
  if (descriptor < 0) {
    // It is no fault of the address, and no other would do better.
    connection.failed_in_a_row = static_cast<std::uint32_t>(connection.target->endpoints.size());
    static_cast<void>(opened(connection, descriptor));
  } else {
    connection.socket.connect(ring_, endpoint);
  }
}

// The next endpoint, and the next source address of its family.
void Connections::take_turn(Connection& connection) {
  const auto endpoints = static_cast<std::uint32_t>(connection.target->endpoints.size());
  const std::uint32_t opening = connection.opening++;
  connection.to = opening % endpoints;
  if (!plan_.sources.empty())
    connection.from = plan_.sources.at_turn(endpoint_of(connection).family(), opening, endpoints);
}

// A descriptor, or a negative error.
int Connections::open_socket(const Connection& connection) {
  const int descriptor = socket(endpoint_of(connection).family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  if (plan_.sources.empty()) return descriptor;
  const int error = net::bind_source(descriptor, plan_.sources.all()[connection.from]);
  if (error == 0) return descriptor;
  ::close(descriptor);
  return -error;
}

void Connections::opening_failed(Connection& connection, std::string_view reason) {
  ++connection.failed_in_a_row;
  if (plan_.session_rate) ++connection.watch->openings_in_vain;
  ++tally_.connections_failed;
  tally_.errors.add(reason);
  count_addresses(connection, [reason](stats::AddressTally& one) {
    ++one.failed;
    one.errors.add(reason);
  });
}

// True after an opening that failed, if the other addresses of the server are to be tried at once.
bool Connections::tries_next_address(const Connection& connection) {
  if (connection.record && connection.record->is_lost()) return false;
  return connection.failed_in_a_row > 0 && connection.failed_in_a_row < connection.target->endpoints.size();
}

bool Connections::opened(Connection& connection, int result) {
  if (connection.state != State::connecting) return false;
  if (result < 0) {
    const std::string_view reason = net::connect_failure(-result, endpoint_of(connection));
    opening_failed(connection, reason);
    if (connection.record && !tries_next_address(connection)) connection.record->fail(reason);
    // A server is away if it listens at none of its addresses.
    if ((result == -ECONNREFUSED || result == -ENOENT) &&
        connection.failed_in_a_row >= connection.target->endpoints.size())
      connection.watch->restarts.refused(connection.watch->live, clock_.now());
    close(connection);
    return false;
  }
  ++tally_.connections_opened;
  connection.failed_in_a_row = 0;
  count_addresses(connection, [](stats::AddressTally& one) { ++one.opened; });
  tally_.connect.record(clock_.refresh() - connection.since);
  connection.begun = 0;
  connection.heard = connection.reset = connection.ready_here = false;
  connection.unsent = {};
  if (connection.keeper) connection.keeper->restart();
  if (connection.target->proxy != net::ProxyVersion::none && !send_proxy_header(connection)) return false;
  if (connection.transport && connection.target->transport.start == net::TransportStart::at_once) {
    connection.state = State::securing;
    connection.socket.receive(ring_, kBufferGroup);
    begin_handshake(connection);
    return false;
  }
  begin_session(connection);
  connection.socket.receive(ring_, kBufferGroup);
  return true;
}

// In clear text, whatever follows. A new socket has room for so little, so that it can be sent at
// once, and nothing has to wait for it. False if the connection has failed.
bool Connections::send_proxy_header(Connection& connection) {
  std::array<char, net::kProxyHeaderOctetsMax> room{};
  const std::string_view header = net::write_proxy_header(connection.target->proxy, connection.socket.local(),
                                                          endpoint_of(connection), room);
  const int result = connection.socket.send_now(header);
  if (result >= 0) tally_.wire_overhead_sent += result;
  if (result == static_cast<int>(header.size())) return true;
  fail(connection, result < 0 ? net::transfer_failure(-result) : "transfer-failed");
  return false;
}

void Connections::begin_session(Connection& connection) {
  ++live_;
  ++connection.watch->live;
  connection.state = State::open;
  connection.session->restart(clock_.now());
  // If the server sends no greeting, the handshake is already over.
  if (connection.session->ready()) handshake_ended(connection, true);
}

// Call it when a handshake has succeeded or failed; only the first one of a connection counts.
void Connections::handshake_ended(Connection& connection, bool succeeded) {
  if (!connection.handshaking) return;
  connection.handshaking = false;
  --handshaking_;
  if (succeeded) {
    handshakes_.succeeded(clock_.now() - connection.opened_at);
  } else {
    handshakes_.failed();
  }
}

// --- Waking

Connection* Connections::wake_next() {
  const auto slot = wakes_.pop_due(clock_.now());
  if (!slot) return nullptr;
  Connection& connection = connections_[*slot];
  connection.wake_at = session::kNever;
  connection.session->wake(clock_.now());
  return &connection;
}

// --- Receiving and sending

// `result` is that of the receive: how many octets, or an error.
void Connections::count_arrival(Connection& connection, int result) {
  if (connection.turn != turn_) ++arrived_.connections;
  connection.turn = turn_;
  if (result > 0) arrived_.octets += static_cast<std::uint64_t>(result);
}

// A server that still owes answers has work while the client waits for more of them.
void Connections::count_read(const session::Session& session) {
  ++arrived_.reads;
  arrived_.owing += session.asked_since() != 0 ? 1 : 0;
}

bool Connections::received(Connection& connection, const io_uring_cqe& cqe) {
  count_arrival(connection, cqe.res);
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  bool may_speak = false;
  if (connection.state == State::open || connection.state == State::securing) {
    if (cqe.res > 0) {
      may_speak = consume(connection, buffers_.view(buffer, static_cast<std::size_t>(cqe.res)));
    } else if (cqe.res == -ENOBUFS) {
      connection.socket.receive(ring_, kBufferGroup);
    } else {
      if (connection.ready_here) connection.watch->restarts.lost(clock_.now());
      if (connection.over_transport) {
        lose_transport(connection, cqe.res);
      } else {
        fail(connection, reason_of_loss(connection, cqe.res));
      }
    }
  }
  if (has_buffer) buffers_.recycle(buffer);
  return may_speak;
}

bool Connections::consume(Connection& connection, std::string_view octets) {
  if (connection.over_transport) return consume_secured(connection, octets);
  tally_.bytes_received += octets.size();
  connection.heard = true;
  if (connection.keeper) connection.keeper->received(octets);
  session::Session& session = *connection.session;
  if (session.wants_tls()) {
    // Clear text after STARTTLS was accepted and before the handshake: only an attacker sends that.
    fail(connection, kInjection);
    return false;
  }
  session.consume(octets, clock_.refresh());
  count_read(session);
  if (plan_.quick_ack) connection.socket.acknowledge_at_once();
  if (connection.handshaking && session.ready()) handshake_ended(connection, true);
  if (!connection.socket.receiving() && !session.over()) connection.socket.receive(ring_, kBufferGroup);
  return true;
}

bool Connections::sent(Connection& connection, int result) {
  if (connection.state != State::open && connection.state != State::securing) return false;
  if (result < 0) {
    give_room_back(connection);
    // What the server sent before it closed may still arrive: the receive tells how the connection
    // ended, except that only one of the two learns of a reset.
    connection.reset |= result == -ECONNRESET;
    if (!connection.socket.receiving() || (result != -EPIPE && result != -ECONNRESET))
      fail(connection, net::transfer_failure(-result));
    return false;
  }
  const auto octets = static_cast<std::size_t>(result);
  if (connection.over_transport) {
    tally_.wire_overhead_sent += result;
  } else {
    tally_.bytes_sent += octets;
  }
  connection.unsent.remove_prefix(octets);
  if (!connection.unsent.empty()) {
    start_send(connection);
    return false;
  }
  give_room_back(connection);
  if (connection.state != State::securing) return true;
  send_secured(connection);
  return false;
}

// `result` is that of the receive: 0, or an error.
std::string_view Connections::reason_of_loss(const Connection& connection, int result) {
  if (result < 0) return net::transfer_failure(-result);
  return connection.reset ? session::kReset : session::kServerClosed;
}

void Connections::speak(Connection& connection) {
  session::Session& session = *connection.session;
  if (!session.over() && !connection.socket.sending()) {
    if (connection.over_transport) {
      speak_secured(connection);
    } else if (const std::size_t octets = session.produce(rooms_.next(), clock_.now()); octets > 0) {
      connection.unsent = {rooms_.next().data(), octets};
      connection.room = rooms_.take();
      start_send(connection);
    } else if (session.wants_tls()) {
      upgrade(connection);
    }
  }
  if (session.over()) {
    if (!opening_ && connection.ready_here) last_goodbye_at_ = clock_.now();
    close(connection);
  } else if (session.next_wake() != connection.wake_at) {
    connection.wake_at = session.next_wake();
    wakes_.set(connection.slot, connection.wake_at);
  }
}

void Connections::start_send(Connection& connection) {
  connection.socket.send(ring_, connection.unsent);
  connection.since = clock_.now();
}

// The kernel holds no send of the connection.
void Connections::give_room_back(Connection& connection) {
  if (connection.room == SendRooms::kNone) return;
  rooms_.give_back(connection.room);
  connection.room = SendRooms::kNone;
}

}  // namespace backtalk::engine
