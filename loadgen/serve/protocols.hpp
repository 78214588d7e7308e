// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that can be served. A new one is a session, a service and a row in the table of
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
  std::string_view refusal;  ///< sent to a client beyond the most connections, instead of a greeting
  std::span<const FaultSpec> (*faults)();                          ///< those that only this protocol has
  std::unique_ptr<Service> (*make_service)(const Faults& faults);  ///< one for each thread
};

/// All of them. Static storage.
[[nodiscard]] std::span<const Protocol> protocols();

/// The protocol of that scheme; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view scheme);

}  // namespace backtalk::serve
