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

/// Of messages of which each kind of thing happened.
inline Deliveries deliveries_of(std::uint64_t unit) {
  Deliveries out;
  out.accepted = 6 * unit;
  out.seen = 3 * unit;
  out.lost = 2 * unit;
  out.waiting = unit;
  out.twice = unit;
  out.late = unit;
  out.elsewhere = unit;
  out.polls = true;
  out.before_accepted = unit;
  out.not_accepted = 4 * unit;
  out.not_tracked = 5 * unit;
  out.latency.record_n(1'700 * kMillisecond * unit, 3 * unit);
  out.from_dot.record_n(1'710 * kMillisecond * unit, 3 * unit);
  out.ages.record_n(10 * kSecond + unit, 3 * unit);
  out.looks.record_n(50 * kMillisecond, 100 * unit);
  out.watch = "imap://127.0.0.1:143";
  out.mailboxes = 2;
  out.patience_ns = 10 * kSecond;
  out.errors = {{.name = "closed-bye", .count = unit}};
  out.examples = {{.fault = stats::DeliveryFault::twice, .number = 7, .age_ns = unit},
                  {.fault = stats::DeliveryFault::elsewhere, .number = 6, .age_ns = unit},
                  {.fault = stats::DeliveryFault::lost, .number = 8, .age_ns = 9}};
  return out;
}

/// A series of two points that adds up to the result.
inline stats::Series series_of(const RunResult& result, std::uint64_t unit) {
  stats::SeriesPoint point;
  point.started = result.measured.started;
  point.completed = result.measured.completed;
  point.failed = result.measured.failed;
  point.timed_out = unit;
  point.unfinished = result.measured.unfinished;
  point.octets_sent = result.bytes_sent;
  point.octets_received = unit;
  point.p50_ns = 12'345'678 * unit;
  point.max_ns = 22'345'678 * unit;
  return {.width_ns = kSecond, .points = {stats::SeriesPoint{}, point}};
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
  out.workload.server_pid = 4321;
  out.workload.addresses = {"127.0.0.1", "::1"};
  out.workload.sources = {"127.0.1.0/30"};
  out.workload.own = {{.name = "from", .value = "a\"\\\u20ac@x"},
                      {.name = "size", .value = std::uint64_t{1} << 63U},
                      {.name = "message", .value = {}},
                      {.name = "starttls", .value = true},
                      {.name = "resume", .value = 0.25},
                      {.name = "to", .value = std::vector<std::string>{"b@y", ""}}};
  out.elapsed_ns = 1'500'000'001 * unit;
  out.interrupted = true;
  out.measured = {
      .started = 10 * unit, .completed = 6 * unit, .failed = 3 * unit, .unfinished = unit, .in_doubt = unit};
  out.series = series_of(out, unit);
  out.warmup = {.started = 2, .completed = 2, .failed = 0, .unfinished = 0, .in_doubt = 0};
  out.latency.record_n(12'345'678 * unit, 6 * unit);
  out.censored.record_n(10 * kSecond + unit, unit);
  out.censored.record_n(3 * kSecond, unit);
  out.timed_out = unit;
  out.batches.width_ns = 750 * kMillisecond;
  out.batches.latency.resize(2);
  out.batches.latency[1].record_bucket({stats::Histogram::lowest_equivalent(12'345'678 * unit),
                                        stats::Histogram::highest_equivalent(12'345'678 * unit), 6 * unit});
  out.service.record_n(12'340'001 * unit, 6 * unit);
  out.service_censored.record_n(2 * kSecond, unit);
  out.service_timed_out = unit;
  out.connect.record(99 * kMillisecond);
  out.connect.record(2 * stats::Histogram::kHighestTrackable);
  out.send_lag.record(0);
  out.deliveries = deliveries_of(unit);
  out.delivery = out.deliveries->latency;
  Command mail{.name = "MAIL",
               .sent = 12 * unit,
               .ok = 8 * unit,
               .refused = 2 * unit,
               .unexpected = unit,
               .statuses = {{.name = "250", .ok = true, .count = 9 * unit},
                            {.name = "550", .ok = false, .count = 2 * unit}},
               .latency = {}};
  mail.latency.record_n(777'777 * unit, 11 * unit);
  mail.censored.record_n(3 * kSecond, unit);
  mail.timed_out = unit;
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
  out.mix[0].censored.record_n(3 * kSecond, unit);
  out.mix[0].timed_out = unit;
  out.mix[1].latency.record_n(12'345'678 * unit, unit);
  out.mix[1].censored.record_n(10 * kSecond + unit, unit);
  out.targets = {
      {.url = "smtp://127.0.0.1:2525",
       .weight = 3,
       .opened = 5 * unit,
       .failed = 0,
       .counted = {.started = 6 * unit, .completed = 5 * unit, .failed = unit}},
      {.url = "smtp://[::1]:2525",
       .weight = 1,
       .opened = 4 * unit,
       .failed = unit,
       .counted =
           {.started = 4 * unit, .completed = unit, .failed = 2 * unit, .unfinished = unit, .in_doubt = unit},
       .errors = {{.name = "reply-5xx", .count = 2 * unit}, {.name = "connect-refused", .count = unit}}}};
  out.targets[0].latency.record_n(12'345'678 * unit, 5 * unit);
  out.targets[1].latency.record_n(12'345'678 * unit, unit);
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
  out.connections = {
      .opened = 9 * unit,
      .failed = unit,
      .addresses = {{.name = "127.0.0.1", .opened = 5 * unit, .failed = 0, .transactions = 7 * unit},
                    {.name = "::1",
                     .opened = 4 * unit,
                     .failed = unit,
                     .transactions = 5 * unit,
                     .errors = {{.name = "connect-refused", .count = unit}}}},
      .sources = {{.name = "127.0.1.1",
                   .opened = 9 * unit,
                   .failed = unit,
                   .transactions = 12 * unit,
                   .errors = {{.name = "connect-refused", .count = unit}}}},
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
  out.floor = {.p50_ns = 31'000, .p99_ns = 95'000, .age_s = 86'400, .file = "/home/a/calibration.json"};
  out.probe = {.command = "NOOP",
               .rate = 100,
               .counted = {.started = 9 * unit,
                           .completed = 6 * unit,
                           .failed = 2 * unit,
                           .unfinished = unit,
                           .in_doubt = unit}};
  out.probe->latency.record_n(55'555, 6 * unit);
  out.probe->censored.record_n(5 * kSecond, unit);
  out.probe->timed_out = unit;
  out.server = {.pid = 4321,
                .cpu_ns = 2'340'000'000 * unit,
                .rss_max_octets = 50'000'000 * unit,
                .gone = unit % 2 == 0};
  out.load.load_ns = 1'500'000'000;
  out.load.silent_ns = 5'000 * unit;
  out.load.in_flight_us = 5'000'000 * unit;
  out.load.beside_latency_us = 3'000 * unit;
  out.load.unsolicited = 8 * unit;
  out.seconds = {{.t_s = 1,
                  .completed = 6 * unit,
                  .failed = 2 * unit,
                  .p50_ns = 12'345'678 * unit,
                  .p99_ns = 12'345'678 * unit},
                 {.t_s = 3, .completed = 0, .failed = unit, .p50_ns = 0, .p99_ns = 0}};
  out.series = series_of(out, unit);
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
  out.gaps.record_bucket(
      {stats::Histogram::lowest_equivalent(1'000'000), stats::Histogram::highest_equivalent(1'000'000), 9});
  return out;
}

/// An open loop of two stages, the second of which has more than the server takes.
inline RunResult staged_result(std::uint64_t unit = 1) {
  RunResult out = open_result(250);
  out.workload.stages = "1s:100,500ms:300-600";
  out.batches = {};
  out.gaps.reset();
  out.measured = {
      .started = 10 * unit, .completed = 6 * unit, .failed = 3 * unit, .unfinished = unit, .in_doubt = unit};
  out.series = series_of(out, unit);
  Stage first{.duration_ns = kSecond,
              .from_per_s = 0,
              .to_per_s = 100,
              .counted = {.started = 4 * unit, .completed = 4 * unit},
              .p50_interval = stats::Confidence{.low = 12'000'000, .high = 13'000'000},
              .due = {unit, 3 * unit},
              .answered = {unit, 2 * unit},
              .server_cpu_ns = 20'000'000};
  first.latency.record_n(12'345'678, 4 * unit);
  Stage second{.duration_ns = kSecond / 2,
               .from_per_s = 300.000001,
               .to_per_s = 600,
               .counted = {.started = 6 * unit,
                           .completed = 2 * unit,
                           .failed = 3 * unit,
                           .unfinished = unit,
                           .in_doubt = unit},
               .timed_out = unit,
               .errors = {{.name = "timeout", .count = unit}, {.name = "reply-5xx", .count = 2 * unit}},
               .due = {4 * unit, 2 * unit},
               .answered = {2 * unit, unit}};
  second.latency.record_n(12'345'678, 2 * unit);
  second.censored.record_n(10 * kSecond, unit);
  second.censored.record_n(3 * kSecond, unit);
  out.stages = {std::move(first), std::move(second)};
  out.mix.clear();
  out.latency.reset();
  out.latency.record_n(12'345'678, 6 * unit);
  out.service.reset();
  out.service.record_n(12'345'678, 6 * unit);
  out.censored = out.stages[1].censored;
  out.timed_out = unit;
  return out;
}

/// A loop in which sessions arrive by the clock.
inline RunResult partly_open_result(std::uint64_t unit = 1) {
  RunResult out = closed_result(unit);
  out.workload.session_rate = 12.5;
  out.workload.ramp_ns = 0;
  out.workload.seed = 7;
  out.sessions = Sessions{.started = 10 * unit,
                          .completed = 6 * unit,
                          .failed = 3 * unit,
                          .unfinished = unit,
                          .found_all_busy = 2};
  out.sessions->latency.record_n(23'456'789 * unit, 6 * unit);
  out.sessions->censored.record_n(3 * kSecond, 2 * unit);
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
