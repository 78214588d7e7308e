// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run of the engine does, independently of the protocol.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/endpoint.hpp"
#include "net/proxy_header.hpp"
#include "net/source_addresses.hpp"
#include "net/transport.hpp"
#include "session/session_context.hpp"
#include "session/think_time.hpp"
#include "stats/pass_mix.hpp"
#include "stats/schedule.hpp"
#include "stats/series.hpp"
#include "stats/stage.hpp"
#include "stats/status_classes.hpp"

namespace backtalk::engine {

class BadStreams;

/// A handshake takes several answers, each of which may take as long as the timeout. Before the
/// clock starts, the engine waits for sessions for at most this many timeouts.
inline constexpr std::uint64_t kHandshakeAnswers = 4;

/// Which part of a run this process carries out if several processes share it: part `part` of
/// `parts`.
struct Share {
  unsigned part = 0;   ///< below `parts`
  unsigned parts = 1;  ///< at least 1

  /// This part's share of `whole`. The shares of all parts add up to it and differ by at most 1.
  [[nodiscard]] constexpr std::uint64_t of(std::uint64_t whole) const {
    return whole / parts + (part < whole % parts ? 1 : 0);
  }
  /// The sum of the shares of the parts before this one.
  [[nodiscard]] constexpr std::uint64_t before(std::uint64_t whole) const {
    return whole / parts * part + std::min<std::uint64_t>(part, whole % parts);
  }
};

/// A server, and its share of the connections.
struct Target {
  /// At least one. Each opening of a connection takes the next; if it fails, the others are tried.
  std::vector<net::Endpoint> endpoints;
  std::uint32_t weight = 1;  ///< its share is its weight over the sum of all; at least 1
  /// Clear text if its `make` is empty; sessions must not ask for TLS then.
  net::TransportPlan transport = {};
  /// Connections begin with this header of the PROXY protocol, before anything else.
  net::ProxyVersion proxy = net::ProxyVersion::none;
  /// Makes the sessions of its connections; empty: the run's does.
  session::SessionFactory make_session = {};
};

/// What this process does. Counts are its own share of the run. `rate` and `session_rate` are those
/// of the whole run: this process takes every `share.parts`-th instant of the schedule, and numbers
/// its transactions likewise.
struct ClientPlan {
  /// At least one. The connections of all parts are dealt to them by weight.
  std::vector<Target> targets;
  /// Connections come from these addresses in turn; empty: the system chooses. Otherwise there is
  /// at least one of the family of each endpoint.
  net::SourceAddresses sources = {};
  Share share;
  unsigned connections = 1;
  unsigned first_connection = 0;    ///< how many connections the parts before this one have
  unsigned connections_of_all = 0;  ///< of all parts together; 0: no part comes after this one
  unsigned threads = 1;
  /// No transaction begins later than this after the warm-up; 0: no limit.
  std::uint64_t duration_ns = 0;
  /// Measured transactions, or sessions if these arrive by the clock; 0: no limit. At least one of
  /// the two limits is set.
  std::uint64_t transactions_max = 0;
  std::uint64_t warmup_ns = 0;
  std::uint64_t timeout_ns = 10'000'000'000;
  /// The clock starts at once, and sessions are opened over this time. 0: all sessions are opened
  /// before the clock starts, for no longer than `timeout_ns`, or `kHandshakeAnswers` times as long
  /// if answers are slow.
  std::uint64_t ramp_ns = 0;
  /// How long the end of the run waits for transactions in flight, as long as answers still arrive.
  std::uint64_t drain_ns = 40'000'000'000;
  /// How long a session waits of its own accord between one transaction and the next, of which it
  /// has one at a time then. No time at all: it does not wait. Never in open loop.
  session::ThinkTime think = {};
  std::uint64_t per_connection = 0;  ///< transactions before reconnecting; 0: no limit
  /// Open loop: transactions per second, over all threads and parts. Null: closed loop.
  std::optional<double> rate;
  /// Open loop: the rates before `rate`, counted from the start of the clock, warm-up included.
  /// Empty: `rate` is the only one.
  std::vector<stats::RateStep> rate_steps = {};
  /// The stages of the measured part of an open loop, which are counted separately; `rate_steps`
  /// has their rates.
  std::vector<stats::Stage> stages = {};
  /// Partly open: sessions per second, over all threads and parts, in place of `rate`. Each has a
  /// connection of its own, of which `connections` can be in use at once.
  std::optional<double> session_rate;
  std::uint64_t session_transactions = 1;  ///< that each session begins
  stats::Arrival arrival = stats::Arrival::constant;
  std::uint64_t seed = 1;
  std::uint64_t batch_ns = 0;         ///< closed loop: longest batched wait; 0: no batching
  bool quick_ack = false;             ///< TCP_QUICKACK after every read
  std::size_t receive_octets = 8192;  ///< size of one receive buffer
  std::size_t send_octets = 65536;    ///< size of each connection's send buffer
  std::size_t commands = 0;           ///< how many kinds of command the protocol has
  std::size_t statuses = 0;           ///< how many kinds of reply the protocol has
  stats::StatusClasses classes = {};  ///< of these; none: replies are timed by command alone
  stats::PassMix mix = {};            ///< which kind of transaction each is; none: all are alike
  stats::SeriesPlan series = {};      ///< how the measured part is cut into intervals
  BadStreams* bad_streams = nullptr;  ///< what breaks the protocol is kept there; null: nowhere

  /// At which the clock says that something is to begin; nullopt: closed loop.
  [[nodiscard]] std::optional<double> clocked_rate() const { return rate ? rate : session_rate; }
};

}  // namespace backtalk::engine
