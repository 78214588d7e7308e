// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/from_tally.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>

#include "result/characters.hpp"
#include "session/exact_answer.hpp"
#include "stats/batch_interval.hpp"
#include "stats/percentile.hpp"

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
                   .unexpected = one.unexpected,
                   .statuses = statuses(one, names),
                   .latency = one.latency(),
                   .classes = classes(one, tally.classes()),
                   .censored = one.censored.value_or(stats::Histogram()),
                   .timed_out = one.timed_out});
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
                   .latency = one.latency.value_or(stats::Histogram()),
                   .censored = one.censored.value_or(stats::Histogram()),
                   .timed_out = one.timed_out});
  }
  return out;
}

std::vector<Stage> stages(const stats::Tally& tally) {
  constexpr double kMedian = 50;
  constexpr double kP99 = 99;
  std::vector<Stage> out;
  out.reserve(tally.stages.all().size());
  for (const stats::StageTally& one : tally.stages.all()) {
    Stage& stage = out.emplace_back(Stage{.duration_ns = one.stage.duration_ns,
                                          .from_per_s = one.stage.from_per_s,
                                          .to_per_s = one.stage.to_per_s,
                                          .counted = one.counted,
                                          .timed_out = one.timed_out,
                                          .p50_interval = one.interval(kMedian),
                                          .p99_interval = one.interval(kP99),
                                          .due = one.due,
                                          .answered = one.answered});
    if (one.latencies) {
      stage.latency = one.latencies->known;
      stage.censored = one.latencies->censored;
    }
    for (const stats::NamedCount& error : one.errors.all())
      stage.errors.push_back({.name = std::string(error.name), .count = error.count});
  }
  return out;
}

// What the line of the script expected in place of the answer in the example.
std::optional<std::string> expected_in(const stats::Example& example, const Names& names) {
  if (example.script_line == 0) return std::nullopt;
  if (example.name == session::kTextDiffers)
    return workload::show_expected(example.expected, example.nothing_follows);
  const auto found = std::ranges::lower_bound(names.expected, example.script_line, {},
                                              &workload::ExpectedAnswer::source_line);
  if (found == names.expected.end() || found->source_line != example.script_line) return std::nullopt;
  std::string missing =
      workload::missing_from(*found, example.name, example.status, example.text, names.statuses);
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

std::vector<AddressCounts> addresses(std::span<const stats::AddressTally> tallies,
                                     std::span<const std::string> names) {
  std::vector<AddressCounts> out;
  for (std::size_t i = 0; i < std::min(tallies.size(), names.size()); ++i) {
    const stats::AddressTally& one = tallies[i];
    AddressCounts counts{.name = text_of(names[i]),
                         .opened = one.opened,
                         .failed = one.failed,
                         .transactions = one.transactions};
    for (const stats::NamedCount& error : one.errors.all())
      counts.errors.push_back({.name = std::string(error.name), .count = error.count});
    out.push_back(std::move(counts));
  }
  return out;
}

std::vector<NamedCount> named_counts(const stats::NamedCounts& counts) {
  std::vector<NamedCount> out;
  for (const stats::NamedCount& one : counts.all())
    out.push_back({.name = std::string(one.name), .count = one.count});
  return out;
}

std::vector<TargetCounts> targets(const stats::Tally& tally, const Names& names) {
  std::vector<TargetCounts> out;
  std::size_t address = 0;
  for (std::size_t i = 0; i < std::min(tally.targets.size(), names.targets.size()); ++i) {
    const TargetName& name = names.targets[i];
    stats::NamedCounts errors = tally.targets[i].errors;
    TargetCounts counts{.url = text_of(name.url),
                        .weight = name.weight,
                        .ready_ever = tally.targets[i].sessions_had,
                        .restarts = tally.targets[i].restarts,
                        .lost = tally.targets[i].lost,
                        .counted = tally.targets[i].counted,
                        .latency = tally.targets[i].latency};
    for (std::size_t left = name.addresses; left > 0 && address < tally.addresses.size(); --left) {
      const stats::AddressTally& one = tally.addresses[address++];
      counts.opened += one.opened;
      counts.failed += one.failed;
      for (const stats::NamedCount& error : one.errors.all()) errors.add(error.name, error.count);
    }
    counts.errors = named_counts(errors);
    out.push_back(std::move(counts));
  }
  return out;
}

}  // namespace

Sessions sessions_of(const stats::Tally& tally) {
  const stats::SessionTally& counted = tally.sessions;
  return {.started = counted.started,
          .completed = counted.completed,
          .failed = counted.failed,
          .unfinished = counted.unfinished,
          .found_all_busy = counted.found_all_busy,
          .latency = counted.latency,
          .censored = counted.censored};
}

RunResult from_tally(const stats::Tally& tally, std::span<const stats::IntervalRow> intervals,
                     const Names& names) {
  RunResult result;
  result.transaction = names.transaction;
  result.measured = tally.measured();
  result.warmup = tally.warmup();
  result.latency = tally.latency;
  result.censored = tally.censored;
  result.timed_out = tally.timed_out;
  if (tally.stages.all().empty()) result.batches = tally.batches.series(tally.load_ns, stats::kBatchesKept);
  result.service = tally.service;
  result.service_censored = tally.service_censored;
  result.service_timed_out = tally.service_timed_out;
  result.connect = tally.connect;
  result.handshake = tally.tls;
  result.delivery = tally.delivery;
  result.send_lag = tally.send_lag;
  // Without its exact ends, which are not saved.
  tally.gaps.gaps().for_each_bucket(
      [&result](const stats::Histogram::Bucket& one) { result.gaps.record_bucket(one); });
  result.commands = commands(tally, names);
  result.mix = mix(tally, names);
  result.targets = targets(tally, names);
  // Those of different servers are different restarts, whichever thread has seen them.
  if (!result.targets.empty()) {
    result.connections.restarts.count =
        std::transform_reduce(result.targets.begin(), result.targets.end(), std::uint64_t{0}, std::plus<>(),
                              [](const TargetCounts& one) { return one.restarts; });
  }
  result.stages = stages(tally);
  for (const stats::NamedCount& one : tally.errors.all())
    result.errors.push_back({.name = std::string(one.name), .count = one.count});
  result.examples = examples(tally, names);
  for (const stats::NamedCount& one : tally.notes.all()) result.notes.emplace_back(one.name);
  result.connections = {.opened = tally.connections_opened,
                        .failed = tally.connections_failed,
                        .addresses = addresses(tally.addresses, names.addresses),
                        .sources = addresses(tally.sources, names.sources),
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
  result.verification = {.checked = tally.checked, .not_checkable = tally.not_checkable};
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
                 .in_flight_us = static_cast<std::uint64_t>(std::max(tally.in_flight.sum_ns(), 0.0) / 1e3),
                 .beside_latency_us = tally.beside_latency_ns / 1000,
                 .unsolicited = tally.unsolicited_responses};
  for (const stats::IntervalRow& row : intervals) {
    constexpr double kP99 = 99;
    const bool enough = row.completed >= stats::samples_to_report(kP99);
    result.seconds.push_back({.t_s = row.t_s,
                              .completed = row.completed,
                              .failed = row.failed,
                              .p50_ns = row.p50_ns,
                              .p99_ns = enough ? std::optional(row.p99_ns) : std::nullopt});
  }
  return result;
}

}  // namespace backtalk::result
