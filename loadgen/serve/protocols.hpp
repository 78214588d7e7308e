// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that can be served. A new one needs a session, a service and a row in the table of
/// protocols.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "serve/faults.hpp"
#include "serve/service.hpp"

namespace backtalk::serve {

struct Protocol {
  std::string_view scheme;
  std::string_view refusal;  ///< sent instead of a greeting to a client above the connection limit
  /// The faults that only this protocol has.
  std::span<const FaultSpec> (*faults)();
  std::unique_ptr<Service> (*make_service)(const Faults& faults);  ///< called once per thread
};

/// All of them. Static storage.
[[nodiscard]] std::span<const Protocol> protocols();

/// Returns the protocol of that scheme; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view scheme);

}  // namespace backtalk::serve
