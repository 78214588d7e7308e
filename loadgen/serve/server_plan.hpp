// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a built-in server does, independent of the protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/endpoint.hpp"
#include "net/transport.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

struct ServerPlan {
  net::Endpoint at;
  net::TransportPlan transport;  ///< clear text if it has no `make`
  bool shared_port = false;      ///< several servers listen on the port, one per thread
  unsigned connections_max = 4096;
  std::uint64_t delay_ns = 0;         ///< each reply is delayed by this
  std::uint64_t stall_ns = 0;         ///< the server stops for this long ...
  std::uint64_t stall_period_ns = 0;  ///< ... in every period; 0: never
  std::uint64_t split_octets = 0;     ///< the most octets of one send; 0: no limit
  std::string refusal;                ///< sent to a client above the connection limit
};

using ServerSessionFactory = std::function<std::unique_ptr<session::ServerSession>()>;

}  // namespace backtalk::serve
