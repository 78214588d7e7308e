// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many local ports a run takes at once, and at which addresses.
#pragma once

#include <vector>

#include "engine/client_plan.hpp"
#include "net/local_ports.hpp"

namespace backtalk::engine {

/// One for each target, with the connections that are dealt to it: fewer than the plan allows if
/// fewer sessions arrive in the whole run. Empty if they cannot be dealt (engine/deal.hpp). Refers
/// to the plan, which has to outlive it.
[[nodiscard]] std::vector<net::PortNeed> port_needs(const ClientPlan& plan);

}  // namespace backtalk::engine
