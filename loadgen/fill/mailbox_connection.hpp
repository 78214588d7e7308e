// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Drives the connections over which one mailbox is filled.
#pragma once

#include <atomic>
#include <cstdint>

#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"

namespace backtalk::fill {

/// Fills the mailbox of that user, over as many connections as it takes, one after the other.
/// Returns what came of it, soon after `stop` is set.
[[nodiscard]] FillResult fill_mailbox(const FillPlan& plan, std::uint64_t user,
                                      const std::atomic<bool>& stop);

}  // namespace backtalk::fill
