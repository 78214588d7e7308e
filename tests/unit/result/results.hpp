// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Results of several kinds, to be saved, read and merged.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "result/run_result.hpp"

namespace backtalk::result {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

/// Of a run that never found its server.
inline RunResult empty_result() {
  RunResult out;
  out.url = "smtp://127.0.0.1:1";
  out.protocol = "smtp";
  out.transaction = "message";
  out.workload.timeout_ns = kSecond;
  out.workload.transactions = 5;
  return out;
}

/// A closed loop in which each kind of thing happened. `unit` scales latencies and counts, so that
/// two of them differ.
inline RunResult closed_result(std::uint64_t unit = 1) {
  RunResult out;
  out.url = "smtp+unix:/tmp/caf\u00e9";
  out.protocol = "smtp";
  out.transaction = "message";
  out.workload.connections = 7 * unit;
  out.workload.threads = 2;
  out.workload.pipeline = 4;
  out.workload.duration_ns = 1'500 * kMillisecond + 1;
  out.workload.warmup_ns = 1;
  out.workload.timeout_ns = 10 * kSecond;
  out.workload.ramp_ns = 333'333'333;
  out.workload.allow_failures = 0.015;
  out.workload.ends_within_ns = 93 * kSecond;
  out.workload.per_connection = 90;
  out.workload.seed.reset();
  out.workload.batch_ns = 1'500;
  out.workload.quick_ack = true;
  out.workload.own = {{.name = "from", .value = "a\"\\\u20ac@x"},
                      {.name = "size", .value = std::uint64_t{1} << 63U},
                      {.name = "message", .value = {}},
                      {.name = "verify", .value = true},
                      {.name = "resume", .value = 0.25},
                      {.name = "to", .value = std::vector<std::string>{"b@y", ""}}};
  out.elapsed_ns = 1'500'000'001 * unit;
  out.interrupted = true;
  out.measured = {
      .started = 10 * unit, .completed = 6 * unit, .failed = 3 * unit, .unfinished = unit, .in_doubt = unit};
  out.warmup = {.started = 2, .completed = 2, .failed = 0, .unfinished = 0, .in_doubt = 0};
  out.latency.record_n(12'345'678 * unit, 6 * unit);
  out.service.record_n(12'340'001 * unit, 6 * unit);
  out.connect.record(99 * kMillisecond);
  out.connect.record(2 * stats::Histogram::kHighestTrackable);
  out.send_lag.record(0);
  Command mail{.name = "MAIL",
               .sent = 12 * unit,
               .ok = 9 * unit,
               .refused = 2 * unit,
               .statuses = {{.name = "250", .ok = true, .count = 9 * unit},
                            {.name = "550", .ok = false, .count = 2 * unit}},
               .latency = {}};
  mail.latency.record_n(777'777 * unit, 11 * unit);
  mail.classes = {{.name = "2xx"}, {.name = "5xx"}};
  mail.classes[0].latency.record_n(777'777 * unit, 9 * unit);
  mail.classes[1].latency.record_n(777'777 * unit, 2 * unit);
  out.commands.push_back(std::move(mail));
  out.commands.push_back({.name = "DOT", .sent = 1, .ok = 0, .refused = 0, .statuses = {}, .latency = {}});
  out.mix = {
      {.name = "reading",
       .weight = 3,
       .counted =
           {.started = 7 * unit, .completed = 5 * unit, .failed = 2 * unit, .unfinished = 0, .in_doubt = 0}},
      {.name = "reading",
       .weight = 1,
       .counted = {
           .started = 3 * unit, .completed = unit, .failed = unit, .unfinished = unit, .in_doubt = unit}}};
  out.mix[0].latency.record_n(12'345'678 * unit, 5 * unit);
  out.mix[1].latency.record_n(12'345'678 * unit, unit);
  out.errors = {{.name = "reply-5xx", .count = 2 * unit}, {.name = "closed", .count = unit}};
  std::string all_octets;
  for (int octet = 0; octet < 256; ++octet) all_octets.push_back(static_cast<char>(octet));
  out.examples = {
      {.name = "reply-5xx",
       .command = "MAIL",
       .status = "550",
       .text = all_octets,
       .offset = 5 * unit,
       .text_offset = 4 * unit},
      {.name = "closed", .command = std::nullopt, .status = std::nullopt, .text = "", .offset = 0}};
  out.notes = {"the server offers no PIPELINING"};
  out.connections = {.opened = 9 * unit,
                     .failed = unit,
                     .handshakes = {.full = 4 * unit, .resumed = 3 * unit, .failed = 2 * unit},
                     .restarts = {.count = 2, .connections = 8 * unit, .longest_ns = 250'000'000},
                     .ready_at_start = 6 * unit,
                     .ready_ever = 7 * unit,
                     .ready_at_end = 5 * unit,
                     .lost = false,
                     .connected_ns = 1'499'999'999};
  out.bytes_sent = 1'000'000 * unit;
  out.bytes_received = 2'000 * unit;
  out.wire_sent = 1'100'000 * unit;
  out.wire_received = 2'200 * unit;
  out.client = {.cpu_ns = 700'000'003 * unit,
                .run_delay_ns = 1'234'567,
                .core_turns = 300 * unit,
                .busy_max = 0.123456789,
                .delayed_max = 1.1,
                .batched_waits = 17 * unit};
  out.load.load_ns = 1'500'000'000;
  out.load.silent_ns = 5'000 * unit;
  out.load.unsolicited = 8 * unit;
  out.seconds = {{.t_s = 1,
                  .completed = 6 * unit,
                  .failed = 2 * unit,
                  .p50_ns = 12'345'678 * unit,
                  .p99_ns = 12'345'678 * unit},
                 {.t_s = 3, .completed = 0, .failed = unit, .p50_ns = 0, .p99_ns = 0}};
  return out;
}

/// An open loop.
inline RunResult open_result(double rate_per_s = 1.0 / 3, std::uint64_t seed = 7) {
  RunResult out = closed_result();
  out.workload.rate = rate_per_s;
  out.workload.arrival = stats::Arrival::poisson;
  out.workload.seed = seed;
  out.load.found_all_busy = 3;
  out.load.second_half_ns = 750 * kMillisecond;
  out.load.due_by_middle = 5;
  out.load.answered_by_middle = 4;
  out.load.answered_by_end = 8;
  return out;
}

/// Counts as large as they can be.
inline RunResult huge_result() {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  RunResult out = empty_result();
  out.measured = {.started = kMost, .completed = 0, .failed = kMost, .unfinished = 0, .in_doubt = kMost};
  out.errors = {{.name = "timeout", .count = kMost}};
  out.bytes_sent = out.bytes_received = kMost;
  out.connections.opened = kMost;
  out.client.core_turns = kMost;
  out.load.load_ns = kMost;
  out.seconds = {{.t_s = kMost, .completed = 0, .failed = kMost, .p50_ns = 0, .p99_ns = std::nullopt}};
  return out;
}

}  // namespace backtalk::result
