// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Results of runs that never were, for what is said about them.
#pragma once

#include <cstdint>
#include <string_view>

#include "result/run_result.hpp"

namespace backtalk::report {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

/// A quiet closed loop of one second: ten sessions, 1000 messages of 10 ms, 5 % of a core.
struct Quiet : result::RunResult {
  Quiet() {
    url = "smtp://127.0.0.1:2525";
    protocol = "smtp";
    transaction = "message";
    workload.connections = 10;
    workload.duration_ns = kSecond;
    workload.allow_failures = 0.01;
    workload.batch_ns = kMillisecond;
    elapsed_ns = kSecond;
    load.load_ns = connections.connected_ns = kSecond;
    load.silent_ns = 10 * kMillisecond;
    client.busy_max = 0.05;
    client.core_turns = 1000;
    connections.ready_at_start = connections.ready_ever = connections.ready_at_end = 10;
    commands.push_back({.name = "MAIL", .sent = 0, .ok = 0, .refused = 0, .statuses = {}, .latency = {}});
    commands.push_back({.name = "DOT", .sent = 0, .ok = 0, .refused = 0, .statuses = {}, .latency = {}});
    complete(1000);
  }

  void complete(std::uint64_t count, std::uint64_t latency_ns = 10 * kMillisecond) {
    measured.started += count;
    measured.completed += count;
    latency.record_n(latency_ns, count);
    service.record_n(latency_ns, count);
    commands[1].sent += count;
    commands[1].ok += count;
    commands[1].latency.record_n(latency_ns, count);
  }

  void fail(std::uint64_t count, std::string_view reason) {
    measured.started += count;
    measured.failed += count;
    errors.push_back({.name = std::string(reason), .count = count});
  }
};

}  // namespace backtalk::report
