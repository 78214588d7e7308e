// SPDX-License-Identifier: Apache-2.0 OR MIT
/// From what the user asked for to what the engine does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "engine/client_plan.hpp"
#include "net/url.hpp"
#include "workload/load_options.hpp"
#include "workload/protocols.hpp"

namespace backtalk::load {

/// What a run is allowed to do, and its share of the work, if processes share one.
struct Terms {
  bool far_targets = false;  ///< load addresses that are neither loopback nor private
  engine::Share share;       ///< the part of the run that this process carries out
  /// Where streams that break the protocol are kept; it outlives the run. Null: nowhere.
  engine::BadStreams* bad_streams = nullptr;
};

/// The plan for this process's share; or a sentence for the user. Resolves the host.
[[nodiscard]] std::variant<engine::ClientPlan, std::string> plan_run(const workload::LoadOptions& options,
                                                                     const Terms& terms, const net::Url& url,
                                                                     const workload::Workload& workload);

/// Passwords go out in clear text to a target that is neither loopback nor private.
[[nodiscard]] bool shows_passwords(const workload::Workload& workload, const engine::ClientPlan& plan);

/// The longest that a run may take: opening its sessions, the warm-up, the run itself, in open loop
/// the wait for a session by what fell due last, and the last answers. Nothing if only a count ends
/// it.
[[nodiscard]] std::optional<std::uint64_t> longest_run_ns(const engine::ClientPlan& plan);

}  // namespace backtalk::load
