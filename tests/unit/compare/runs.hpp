// SPDX-License-Identifier: Apache-2.0 OR MIT
// Results of runs that never were.
#pragma once

#include <cstdint>

#include "result/run_result.hpp"

namespace backtalk::compare {

/// A quiet run of ten seconds, with messages that each took as long.
inline result::RunResult run_of(double latency_ns, std::uint64_t messages = 1000) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  result::RunResult out;
  out.url = "smtp://127.0.0.1:2525";
  out.protocol = "smtp";
  out.transaction = "message";
  out.elapsed_ns = 10 * kSecond;
  out.load.load_ns = out.connections.connected_ns = 10 * kSecond;
  out.load.silent_ns = 0;
  out.connections.ready_at_start = out.connections.ready_ever = out.connections.ready_at_end = 10;
  out.client.cpu_ns = kSecond;
  out.measured = {.started = messages, .completed = messages};
  out.latency.record_n(static_cast<std::uint64_t>(latency_ns), messages);
  out.service = out.latency;
  return out;
}

/// The same, of a server that takes that long on the CPU for each message.
inline result::RunResult run_with_server(double latency_ns, double cpu_ns, std::uint64_t messages = 1000) {
  result::RunResult out = run_of(latency_ns, messages);
  constexpr std::uint64_t kTick = 10'000'000;
  const auto ticks =
      static_cast<std::uint64_t>(cpu_ns * static_cast<double>(messages) / static_cast<double>(kTick));
  out.server = result::Server{.pid = 4321, .cpu_ns = ticks * kTick, .rss_max_octets = 1 << 20};
  return out;
}

/// The same, of a server that takes that long to put each message into its mailbox.
inline result::RunResult run_with_watch(double latency_ns, double delivery_ns,
                                        std::uint64_t messages = 1000) {
  result::RunResult out = run_of(latency_ns, messages);
  result::Deliveries& deliveries = out.deliveries.emplace();
  deliveries.accepted = deliveries.seen = messages;
  deliveries.latency.record_n(static_cast<std::uint64_t>(delivery_ns), messages);
  out.delivery = deliveries.latency;
  return out;
}

inline result::RunResult failed_run() {
  result::RunResult out = run_of(1e6);
  out.measured.started += 500;
  out.measured.failed = 500;
  return out;
}

}  // namespace backtalk::compare
