// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "result/characters.hpp"
#include "result/json.hpp"
#include "result/workload_json.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

json::object latency(const stats::Histogram& histogram) {
  return {{"count", histogram.count()},
          {"mean", histogram.mean()},
          {"min", histogram.min()},
          {"p50", histogram.value_at_percentile(50)},
          {"p90", histogram.value_at_percentile(90)},
          {"p99", histogram.value_at_percentile(99)},
          {"p99_9", histogram.value_at_percentile(99.9)},
          {"max", histogram.max()},
          {"clamped", histogram.clamped()}};
}

json::object transactions(const stats::TransactionTally& tally) {
  return {{"started", tally.started},
          {"completed", tally.completed},
          {"failed", tally.failed},
          {"unfinished", tally.unfinished},
          {"in_doubt", tally.in_doubt}};
}

template <class Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value_from(*value) : json::value(nullptr);
}

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

json::object commands(const RunResult& result) {
  json::object out;
  for (const Command& one : result.commands) {
    json::object codes;
    for (const StatusCount& status : one.statuses) codes[status.name] = status.count;
    json::object by_class;
    for (const ClassLatency& of_class : one.classes) by_class[of_class.name] = latency(of_class.latency);
    out[one.name] = {{"sent", one.sent},
                     {"ok", one.ok},
                     {"refused", one.refused},
                     {"codes", std::move(codes)},
                     {"latency_ns", latency(one.latency)},
                     {"by_class", std::move(by_class)}};
  }
  return out;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

json::array mix(const RunResult& result) {
  std::uint64_t weights = 0;
  for (const MixPass& one : result.mix) weights += one.weight;
  json::array out;
  for (const MixPass& one : result.mix) {
    json::object pass{{"name", one.name},
                      {"weight", one.weight},
                      {"asked_share", share(one.weight, weights)},
                      {"run_share", share(one.counted.completed, result.measured.completed)}};
    for (const auto& [key, value] : transactions(one.counted)) pass[key] = value;
    pass["latency_ns"] = latency(one.latency);
    pass["histogram"] = stats::encode_v2_compressed(one.latency);
    out.push_back(std::move(pass));
  }
  return out;
}

json::object connections(const RunResult& result) {
  const Connections& all = result.connections;
  return {{"opened", all.opened},
          {"failed", all.failed},
          {"ready_at_start", all.ready_at_start},
          {"ready_ever", all.ready_ever},
          {"connected_s", seconds(all.connected_ns)},
          {"connect_ns", latency(result.connect)},
          {"tls_ns", latency(result.handshake)},
          {"handshakes",
           {{"full", all.handshakes.full},
            {"resumed", all.handshakes.resumed},
            {"failed", all.handshakes.failed}}},
          {"restarts",
           {{"count", all.restarts.count},
            {"connections", all.restarts.connections},
            {"longest_s", seconds(all.restarts.longest_ns)}}}};
}

json::object errors(const RunResult& result) {
  json::object out;
  for (const NamedCount& one : result.errors) out[one.name] = one.count;
  return out;
}

json::value hexdump(const Example& example) {
  const std::vector<std::string> rows = example.hexdump();
  return rows.empty() ? json::value(nullptr) : json::value_from(rows);
}

json::array examples(const RunResult& result) {
  json::array out;
  for (const Example& one : result.examples) {
    out.push_back({{"name", one.name},
                   {"command", or_null(one.command)},
                   {"text", characters_of(one.text)},
                   {"offset", one.offset},
                   {"text_offset", one.text_offset},
                   {"hexdump", hexdump(one)},
                   {"status", or_null(one.status)},
                   {"script_line", or_null(one.script_line)},
                   {"expected", or_null(one.expected)}});
  }
  return out;
}

json::object client(const RunResult& result, const Verdict& verdict) {
  const auto bound = std::ranges::find(verdict.reasons, std::string_view("generator-bound"), &Reason::code);
  const bool saturated = bound != verdict.reasons.end();
  return {{"cpu_s", seconds(result.client.cpu_ns)},
          {"busy", std::min(result.client.busy_max, 1.0)},
          {"saturated", saturated},
          {"saturated_reason", saturated ? json::value(bound->sentence) : json::value(nullptr)},
          {"run_delay_s", seconds(result.client.run_delay_ns)},
          {"send_lag_ns", latency(result.send_lag)}};
}

json::object verdict_of(const Verdict& verdict) {
  json::array reasons;
  for (const Reason& reason : verdict.reasons) {
    json::object evidence;
    for (const auto& [name, value] : reason.evidence) evidence[name] = value;
    reasons.push_back(
        {{"code", reason.code}, {"sentence", reason.sentence}, {"evidence", std::move(evidence)}});
  }
  return {{"valid", verdict.valid()}, {"reasons", std::move(reasons)}};
}

json::array objectives(const Verdict& verdict) {
  json::array out;
  for (const Objective& one : verdict.objectives)
    out.push_back(
        {{"rule", one.rule}, {"met", one.met}, {"measured", or_null(one.measured)}, {"shown", one.shown}});
  return out;
}

json::object histograms(const RunResult& result) {
  json::object of_commands;
  json::object by_class;
  for (const Command& one : result.commands) {
    of_commands[one.name] = stats::encode_v2_compressed(one.latency);
    json::object& classes = by_class[one.name].emplace_object();
    for (const ClassLatency& of_class : one.classes)
      classes[of_class.name] = stats::encode_v2_compressed(of_class.latency);
  }
  return {{"latency", stats::encode_v2_compressed(result.latency)},
          {"service", stats::encode_v2_compressed(result.service)},
          {"connect", stats::encode_v2_compressed(result.connect)},
          {"tls", stats::encode_v2_compressed(result.handshake)},
          {"send_lag", stats::encode_v2_compressed(result.send_lag)},
          {"commands", std::move(of_commands)},
          {"by_class", std::move(by_class)}};
}

json::array intervals(const RunResult& result) {
  json::array out;
  for (const Second& one : result.seconds) {
    out.push_back({{"t_s", one.t_s},
                   {"completed", one.completed},
                   {"failed", one.failed},
                   {"p50_ns", or_null(one.p50_ns)},
                   {"p99_ns", or_null(one.p99_ns)}});
  }
  return out;
}

json::value refusals(const RunResult& result) {
  std::set<std::string_view> names;
  for (const Command& command : result.commands) {
    for (const StatusCount& status : command.statuses) {
      if (!status.ok) names.insert(status.name);
    }
  }
  return json::value_from(names);
}

// Counters that the other keys do not contain, or not exactly.
json::object counters(const RunResult& result) {
  const Load& load = result.load;
  const Client& client = result.client;
  return {{"transaction", result.transaction},
          {"refusals", refusals(result)},
          {"notes", json::value_from(result.notes)},
          {"batch_wait_ns", result.workload.batch_ns},
          {"load_ns", load.load_ns},
          {"silent_ns", load.silent_ns},
          {"second_half_ns", load.second_half_ns},
          {"due_by_middle", load.due_by_middle},
          {"answered_by_middle", load.answered_by_middle},
          {"answered_by_end", load.answered_by_end},
          {"unsolicited", load.unsolicited},
          {"ready_at_end", result.connections.ready_at_end},
          {"lost_sessions", result.connections.lost},
          {"busy_max", client.busy_max},
          {"delayed_max", client.delayed_max},
          {"core_turns", client.core_turns},
          {"batched_waits", client.batched_waits}};
}

json::value tls(const RunResult& result) {
  if (!result.tls) return nullptr;
  return {
      {"version", result.tls->version}, {"cipher", result.tls->cipher}, {"verified", result.tls->verified}};
}

}  // namespace

std::string to_json(const RunResult& result, const Verdict& verdict) {
  json::object counted = transactions(result.measured);
  counted["per_s"] = result.per_s();
  counted["per_s_connected"] = or_null(result.per_s_connected());
  counted["found_all_busy"] = result.load.found_all_busy;
  const json::object out{
      {"schema", "backtalk.load/1"},
      {"target", {{"url", result.url}, {"protocol", result.protocol}, {"tls", tls(result)}}},
      {"workload", write_workload(result.workload)},
      {"elapsed_s", result.elapsed_s()},
      {"interrupted", result.interrupted},
      {"transactions", std::move(counted)},
      {"warmup", transactions(result.warmup)},
      {"latency_ns", latency(result.latency)},
      {"service_ns", latency(result.service)},
      {"commands", commands(result)},
      {"mix", mix(result)},
      {"connections", connections(result)},
      {"errors", errors(result)},
      {"examples", examples(result)},
      {"notes", json::value_from(verdict.notes)},
      {"bytes",
       {{"sent", result.bytes_sent},
        {"received", result.bytes_received},
        {"wire_sent", result.wire_sent},
        {"wire_received", result.wire_received}}},
      {"client", client(result, verdict)},
      {"verdict", verdict_of(verdict)},
      {"slo", objectives(verdict)},
      {"histogram", histograms(result)},
      {"intervals", intervals(result)},
      {"counters", counters(result)}};
  return json::serialize(out);
}

}  // namespace backtalk::result
