// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Runs that never were.
#pragma once

#include <cstdint>

#include "result/run_result.hpp"

namespace backtalk::series {

inline constexpr std::uint64_t kMillisecond = 1'000'000;
inline constexpr std::uint64_t kSecond = 1'000'000'000;

/// A quiet run of a second in which so many messages took a millisecond each.
inline result::RunResult quiet_run(std::uint64_t messages, std::uint64_t latency_ns = kMillisecond) {
  result::RunResult out;
  out.url = "smtp://127.0.0.1:2525";
  out.protocol = "smtp";
  out.transaction = "message";
  out.workload.duration_ns = kSecond;
  out.elapsed_ns = kSecond;
  out.load.load_ns = out.connections.connected_ns = kSecond;
  out.load.silent_ns = 0;
  out.connections.ready_at_start = out.connections.ready_ever = out.connections.ready_at_end = 10;
  out.measured = {.started = messages, .completed = messages};
  out.latency.record_n(latency_ns, messages);
  out.service = out.latency;
  return out;
}

/// A run in which a third failed.
inline result::RunResult failed_run(std::uint64_t messages) {
  result::RunResult out = quiet_run(messages);
  out.measured.started += messages / 2;
  out.measured.failed = messages / 2;
  out.errors.push_back({.name = "timeout", .count = messages / 2});
  return out;
}

}  // namespace backtalk::series
