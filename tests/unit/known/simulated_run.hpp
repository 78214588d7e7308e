// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A load in simulated time: the load generator's sessions, schedule and statistics against the
/// built-in server's sessions and faults, with nothing between them. Only the sockets and the clock
/// are missing, so what is measured depends on no machine, and a second takes as long as its
/// transactions take to be computed.
///
/// Both sides have no other costs than those that were asked for: an answer is there at once unless
/// a fault has it take time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "result/run_result.hpp"
#include "stats/arrival.hpp"

namespace backtalk::known {

inline constexpr std::uint64_t kMicrosecond = 1'000;
inline constexpr std::uint64_t kMillisecond = 1'000'000;
inline constexpr std::uint64_t kSecond = 1'000'000'000;

/// The server's process is stopped, as by SIGSTOP, and goes on after that.
struct Stop {
  std::uint64_t from_ns = 0;  ///< since the run began
  std::uint64_t for_ns = 0;
};

struct SimulatedLoad {
  std::string url = "http://127.0.0.1/";
  std::size_t connections = 1;
  std::uint64_t pipeline = 1;
  std::optional<double> rate = std::nullopt;  ///< open loop
  std::string stages = {};                    ///< likewise: "2s:100,2s:1000"
  stats::Arrival arrival = stats::Arrival::constant;
  std::uint64_t seed = 1;
  std::uint64_t duration_ns = 10 * kSecond;
  std::vector<std::string> faults = {};  ///< of the server: "service=exp:1ms"
  std::optional<Stop> stop = std::nullopt;
};

struct SimulatedResult {
  result::RunResult result;
  /// When input reached the server in the measured time, since the run began.
  std::vector<std::uint64_t> stamps;
};

/// Runs until everything that was begun is answered. Throws what a user would be told if the load
/// cannot be made.
[[nodiscard]] SimulatedResult simulate(const SimulatedLoad& load);

}  // namespace backtalk::known
