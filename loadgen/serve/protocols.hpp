// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that can be served. A new one needs a session, a service and a row in the table of
/// protocols.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "script/protocol.hpp"
#include "serve/faults.hpp"
#include "serve/service.hpp"
#include "serve/shared.hpp"

namespace backtalk::serve {

/// When the connections of a scheme use TLS.
enum class TlsUse : std::uint8_t {
  never,
  offered,  ///< with STARTTLS
  at_once
};

struct Protocol {
  std::string_view scheme;
  script::Protocol notation = script::Protocol::smtp;  ///< of its scripts
  TlsUse tls = TlsUse::never;
  std::string_view alpn;     ///< what the protocol is called in a TLS handshake; empty: not at all
  std::string_view refusal;  ///< sent instead of a greeting to a client above the connection limit
  /// The faults that only this protocol has.
  std::span<const FaultSpec> (*faults)();
  std::unique_ptr<Service> (*make_service)(const Shared& shared);  ///< called once per thread
  bool reads_mail = false;                                         ///< it needs `Shared::store`
};

/// All of them. Static storage.
[[nodiscard]] std::span<const Protocol> protocols();

/// Returns the protocol of that scheme; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view scheme);

}  // namespace backtalk::serve
