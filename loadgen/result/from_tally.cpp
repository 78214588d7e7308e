// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/from_tally.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "result/characters.hpp"

namespace backtalk::result {
namespace {

double whole_billionths(double value) {
  return std::round(value * 1e9) / 1e9;
}

std::vector<StatusCount> statuses(const stats::CommandTally& tally, const Names& names) {
  std::vector<StatusCount> out;
  for (std::size_t i = 0; i < names.statuses.size(); ++i) {
    if (tally.statuses[i] == 0) continue;
    const session::Status& status = names.statuses[i];
    out.push_back({.name = std::string(status.name), .ok = status.ok, .count = tally.statuses[i]});
  }
  return out;
}

std::vector<ClassLatency> classes(const stats::CommandTally& tally, const stats::StatusClasses& classes) {
  std::vector<ClassLatency> out;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (tally.latencies[i]) out.push_back({.name = classes.names()[i], .latency = *tally.latencies[i]});
  }
  return out;
}

std::vector<Command> commands(const stats::Tally& tally, const Names& names) {
  std::vector<Command> out;
  for (std::size_t i = 0; i < names.commands.size(); ++i) {
    const stats::CommandTally& one = tally.commands()[i];
    if (one.sent == 0) continue;
    out.push_back({.name = std::string(names.commands[i]),
                   .sent = one.sent,
                   .ok = one.ok,
                   .refused = one.refused,
                   .statuses = statuses(one, names),
                   .latency = one.latency(),
                   .classes = classes(one, tally.classes())});
  }
  return out;
}

std::vector<MixPass> mix(const stats::Tally& tally, const Names& names) {
  std::vector<MixPass> out;
  for (std::size_t i = 0; i < tally.passes().size(); ++i) {
    const stats::PassTally& one = tally.passes()[i];
    out.push_back({.name = text_of(names.mix[i].name),
                   .weight = names.mix[i].weight,
                   .counted = one.counted,
                   .latency = one.latency.value_or(stats::Histogram())});
  }
  return out;
}

// What the line of the script expected in place of the answer in the example.
std::optional<std::string> expected_in(const stats::Example& example, const Names& names) {
  if (example.script_line == 0) return std::nullopt;
  const auto found = std::ranges::lower_bound(names.expected, example.script_line, {},
                                              &workload::ExpectedAnswer::source_line);
  if (found == names.expected.end() || found->source_line != example.script_line) return std::nullopt;
  std::string missing = workload::missing_from(*found, example.status, example.text, names.statuses);
  if (missing.empty()) return std::nullopt;
  return missing;
}

std::vector<Example> examples(const stats::Tally& tally, const Names& names) {
  std::vector<Example> out;
  for (const stats::Example& one : tally.examples.all()) {
    Example example{.name = std::string(one.name),
                    .command = std::nullopt,
                    .status = std::nullopt,
                    .text = one.text,
                    .offset = one.offset};
    example.text_offset = one.text_offset;
    if (one.command < names.commands.size()) example.command = names.commands[one.command];
    if (one.script_line != 0) example.script_line = one.script_line;
    example.expected = expected_in(one, names);
    if (one.status < names.statuses.size()) example.status = names.statuses[one.status].name;
    out.push_back(std::move(example));
  }
  return out;
}

}  // namespace

RunResult from_tally(const stats::Tally& tally, std::span<const stats::IntervalRow> intervals,
                     const Names& names) {
  RunResult result;
  result.transaction = names.transaction;
  result.measured = tally.measured();
  result.warmup = tally.warmup();
  result.latency = tally.latency;
  result.service = tally.service;
  result.connect = tally.connect;
  result.handshake = tally.tls;
  result.send_lag = tally.send_lag;
  result.commands = commands(tally, names);
  result.mix = mix(tally, names);
  for (const stats::NamedCount& one : tally.errors.all())
    result.errors.push_back({.name = std::string(one.name), .count = one.count});
  result.examples = examples(tally, names);
  for (const stats::NamedCount& one : tally.notes.all()) result.notes.emplace_back(one.name);
  result.connections = {.opened = tally.connections_opened,
                        .failed = tally.connections_failed,
                        .handshakes = {.full = tally.handshakes_full,
                                       .resumed = tally.handshakes_resumed,
                                       .failed = tally.handshakes_failed},
                        .restarts = {.count = tally.restarts,
                                     .connections = tally.lost_in_restarts,
                                     .longest_ns = tally.restart_ns},
                        .ready_at_start = tally.sessions_at_start,
                        .ready_ever = tally.sessions_had,
                        .ready_at_end = tally.sessions_at_end,
                        .lost = tally.lost_sessions,
                        .connected_ns = tally.connected_ns};
  result.bytes_sent = tally.bytes_sent;
  result.bytes_received = tally.bytes_received;
  result.wire_sent = tally.bytes_sent + static_cast<std::uint64_t>(tally.wire_overhead_sent);
  result.wire_received = tally.bytes_received + static_cast<std::uint64_t>(tally.wire_overhead_received);
  result.client = {.cpu_ns = tally.cpu_ns,
                   .run_delay_ns = tally.run_delay_ns,
                   .core_turns = tally.core_turns,
                   .busy_max = whole_billionths(tally.busy_max),
                   .delayed_max = whole_billionths(tally.delayed_max),
                   .batched_waits = tally.batched_waits};
  result.load = {.load_ns = tally.load_ns,
                 .silent_ns = tally.silent_ns,
                 .found_all_busy = tally.found_all_busy,
                 .second_half_ns = tally.planned_end > tally.middle ? tally.planned_end - tally.middle : 0,
                 .due_by_middle = tally.due_by_middle,
                 .answered_by_middle = tally.answered_by_middle,
                 .answered_by_end = tally.answered_by_end,
                 .unsolicited = tally.unsolicited_responses};
  for (const stats::IntervalRow& row : intervals) {
    result.seconds.push_back({.t_s = row.t_s,
                              .completed = row.completed,
                              .failed = row.failed,
                              .p50_ns = row.p50_ns,
                              .p99_ns = row.p99_ns});
  }
  return result;
}

}  // namespace backtalk::result
