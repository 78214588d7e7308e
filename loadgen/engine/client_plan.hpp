// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run of the engine does, whatever the protocol.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/endpoint.hpp"
#include "net/transport.hpp"
#include "stats/schedule.hpp"

namespace backtalk::engine {

/// A handshake takes several answers, each of which may take as long as the timeout: so many timeouts at most
/// are waited for sessions before the clock starts.
inline constexpr std::uint64_t kHandshakeAnswers = 4;

/// Which part of a run this process carries out, if several share it: part `part` of `parts`.
struct Share {
  unsigned part = 0;   ///< below `parts`
  unsigned parts = 1;  ///< at least 1

  /// This part's share of `whole`. The shares of all parts add up to it and differ by 1 at most.
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
  net::Endpoint endpoint;
  std::uint32_t weight = 1;           ///< its share is its weight over the sum of all; at least 1
  net::TransportPlan transport = {};  ///< clear text unless it makes one; sessions may ask for TLS only then
};

/// What this process does. Counts are its own share of the run; `rate` is that of the whole run, of whose
/// schedule it takes every `share.parts`-th instant, and it numbers its transactions likewise.
struct ClientPlan {
  std::vector<Target> targets;  ///< at least one; this process deals its connections to them by weight
  Share share;
  unsigned connections = 1;
  unsigned first_connection = 0;  ///< how many connections the parts before this one have
  unsigned threads = 1;
  std::uint64_t duration_ns = 0;  ///< no transaction is begun later than this after the warm-up; 0: no limit
  std::uint64_t transactions_max = 0;  ///< measured transactions; 0: no limit. One of the two limits is set
  std::uint64_t warmup_ns = 0;
  std::uint64_t timeout_ns = 10'000'000'000;
  std::uint64_t ramp_ns = 0;  ///< the clock starts at once and sessions are opened over this time; 0: all are
                              ///< opened before it starts, for no longer than `timeout_ns`
  std::uint64_t drain_ns = 40'000'000'000;  ///< how long the end of the run waits for what is in flight, as
                                            ///< long as answers still come
  std::uint64_t per_connection = 0;         ///< transactions before reconnecting; 0: no limit
  std::optional<double> rate;               ///< open loop: transactions a second, over all threads and parts
  /// Open loop: the rates before `rate`, since the clock started, warm-up included; none: `rate` is the only one.
  std::vector<stats::RateStep> rate_steps = {};
  bool poisson = false;
  std::uint64_t seed = 1;
  std::uint64_t batch_ns = 0;         ///< closed loop: how long a wait may gather completions
  bool quick_ack = false;             ///< TCP_QUICKACK after every read
  std::size_t receive_octets = 8192;  ///< of one receive buffer
  std::size_t send_octets = 65536;    ///< of each connection's send buffer
  std::size_t commands = 0;           ///< how many kinds of command the protocol counts
  std::size_t statuses = 0;           ///< how many kinds of reply it has
};

}  // namespace backtalk::engine
