// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a built-in server does, independent of the protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/endpoint.hpp"
#include "net/transport.hpp"
#include "serve/tls_faults.hpp"
#include "serve/transport_faults.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

struct ServerPlan {
  net::Endpoint at;
  net::TransportPlan transport;  ///< clear text if it has no `make`
  /// A client whose handshake takes longer is disconnected.
  std::uint64_t handshake_timeout_ns = 10'000'000'000;
  /// A client that is still connected after this time is disconnected, whatever it does; 0: never.
  std::uint64_t connection_timeout_ns = 0;
  bool shared_port = false;  ///< several servers listen on the port, one per thread
  unsigned connections_max = 4096;
  TransportFaults faults;
  std::size_t workers = 0;     ///< how much work of sessions goes on at once; 0: all of it
  std::size_t stamps_max = 0;  ///< how many arrivals of input are noted
  TlsFaults tls_faults;
  std::string refusal;  ///< sent to a client above the connection limit
};

using ServerSessionFactory = std::function<std::unique_ptr<session::ServerSession>()>;

}  // namespace backtalk::serve
