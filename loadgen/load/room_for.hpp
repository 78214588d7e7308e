// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether this machine has room for all connections of a run, those beside the load included.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/client_plan.hpp"
#include "net/local_ports.hpp"

namespace backtalk::load {

/// Of all connections that are open at once. The plans outlive it.
using Plans = std::span<const engine::ClientPlan* const>;

/// The local ports that they need together.
[[nodiscard]] std::vector<net::PortNeed> port_needs_of(Plans plans);

/// A sentence for the user if this process may not open so many files, or if there are fewer local
/// ports; each alone may have enough. Raises the soft limit of open files as far as is needed.
[[nodiscard]] std::optional<std::string> room_for(Plans plans);

}  // namespace backtalk::load
