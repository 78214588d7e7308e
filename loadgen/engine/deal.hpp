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

/// Deals connections to the targets by their weights, and returns the index of each connection's target. A
/// target's share is exact: rounded down, and the connections left over go to those with the largest
/// remainders, the first of them where remainders are equal. Shares are spread evenly over the indices, so
/// that every thread has its part of each. Returns a sentence for the user if a target would have none.
[[nodiscard]] std::variant<std::vector<std::uint32_t>, std::string> deal(std::span<const Target> targets,
                                                                         unsigned connections);

}  // namespace backtalk::engine
