// SPDX-License-Identifier: Apache-2.0 OR MIT
/// From what the user asked for to what the engine does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/client_plan.hpp"
#include "net/endpoint.hpp"
#include "net/source_addresses.hpp"
#include "workload/load_options.hpp"
#include "workload/protocols.hpp"

namespace backtalk::load {

/// What a run is allowed to do, and its share of the work, if processes share one.
struct Terms {
  bool far_targets = false;  ///< load addresses that are neither loopback nor private
  bool probe = false;        ///< have a lone session beside the load (load/probe.hpp)
  engine::Share share;       ///< the part of the run that this process carries out
  /// Where streams that break the protocol are kept; it outlives the run. Null: nowhere.
  engine::BadStreams* bad_streams = nullptr;
  bool keeps_histograms = false;  ///< of the points of the series (stats/series.hpp)
  bool sums_up = false;           ///< `LoadRun::so_far` is wanted
};

/// The plan for this process's share; or a sentence for the user. `addresses` are those of the
/// server.
[[nodiscard]] std::variant<engine::ClientPlan, std::string> plan_run(
    const workload::LoadOptions& options, const Terms& terms, const std::vector<net::Endpoint>& addresses,
    const workload::Workload& workload);

/// A sentence about the first of a server's addresses that none of the sources can reach.
[[nodiscard]] std::optional<std::string> check_sources(const net::SourceAddresses& sources,
                                                       const std::vector<net::Endpoint>& addresses);

/// Passwords or other credentials go out in clear text to an address that is neither loopback nor
/// private.
[[nodiscard]] bool shows_secrets(const workload::Workload& workload, const engine::ClientPlan& plan);

/// The longest that a run may take: opening its sessions, the warm-up, the run itself, in open loop
/// the wait for a session by what fell due last, and the last answers. Nothing if only a count ends
/// it.
[[nodiscard]] std::optional<std::uint64_t> longest_run_ns(const engine::ClientPlan& plan);

}  // namespace backtalk::load
