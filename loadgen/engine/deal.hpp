// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which connection goes to which target.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/client_plan.hpp"

namespace backtalk::engine {

/// Deals connections to the targets by weight, and returns the index of each connection's target.
/// Shares are rounded down; the connections left over go to the targets with the largest
/// remainders, and of equal remainders to the first. Shares are spread evenly over the indices, so
/// that every thread gets a part of each. Returns a sentence for the user if there is no target, if
/// a weight is 0, or if a target would get no connection.
[[nodiscard]] std::variant<std::vector<std::uint32_t>, std::string> deal(std::span<const Target> targets,
                                                                         unsigned connections);

/// Deals the connections of all parts of the run, and returns the targets of this part's
/// connections. So parts that are too small for a share of every target keep to the weights
/// together.
[[nodiscard]] std::variant<std::vector<std::uint32_t>, std::string> deal_part(const ClientPlan& plan);

}  // namespace backtalk::engine
