// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "result/characters.hpp"
#include "result/deliveries_json.hpp"
#include "result/json.hpp"
#include "result/latency_json.hpp"
#include "result/ranks_json.hpp"
#include "result/series_json.hpp"
#include "result/workload_json.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

json::object confidence(const RunResult& result) {
  json::object out;
  for (const Figure& one : kFigures) {
    const auto interval = result.latency_interval(one.percentile);
    out[one.key] = interval ? json::value{interval->low, interval->high} : json::value(nullptr);
  }
  return out;
}

json::object latency_of(const RunResult& result) {
  json::object out = latency(result.latency, result.censored);
  out["intervals"] = confidence(result);
  return out;
}

// `ages` of those that timed out or were unfinished, beside the latencies of the others.
json::object censored(const stats::Histogram& latencies, const stats::Histogram& ages,
                      std::uint64_t timed_out) {
  return {{"share", stats::censored_share(latencies, ages)},
          {"at_least_ns", ages.empty() ? json::value(nullptr) : json::value(ages.min())},
          {"bounds", bounds(latencies, ages)},
          {"timed_out", timed_out},
          {"unfinished", ages.count() - std::min(ages.count(), timed_out)},
          {"ages_ns", latency(ages)}};
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
                     {"unexpected", one.unexpected},
                     {"codes", std::move(codes)},
                     {"latency_ns", latency(one.latency, one.censored)},
                     {"censored", censored(one.latency, one.censored, one.timed_out)},
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
    pass["latency_ns"] = latency(one.latency, one.censored);
    pass["censored"] = censored(one.latency, one.censored, one.timed_out);
    pass["histogram"] = stats::encode_v2_compressed(one.latency);
    pass["ages"] = stats::encode_v2_compressed(one.censored);
    out.push_back(std::move(pass));
  }
  return out;
}

json::object counts_by_name(const std::vector<NamedCount>& counts) {
  json::object out;
  for (const NamedCount& one : counts) out[one.name] = one.count;
  return out;
}

json::array addresses(const std::vector<AddressCounts>& all) {
  json::array out;
  for (const AddressCounts& one : all) {
    out.push_back({{"address", one.name},
                   {"opened", one.opened},
                   {"failed", one.failed},
                   {"transactions", one.transactions},
                   {"errors", counts_by_name(one.errors)}});
  }
  return out;
}

json::array targets(const RunResult& result) {
  json::array out;
  for (const TargetCounts& one : result.targets) {
    json::object target{{"url", one.url}, {"weight", one.weight}};
    target["connections"] = {{"opened", one.opened},
                             {"failed", one.failed},
                             {"ready_ever", one.ready_ever},
                             {"restarts", one.restarts},
                             {"lost", one.lost}};
    target["transactions"] = transactions(one.counted);
    target["latency_ns"] = latency(one.latency);
    target["errors"] = counts_by_name(one.errors);
    target["histogram"] = stats::encode_v2_compressed(one.latency);
    out.push_back(std::move(target));
  }
  return out;
}

json::value interval(const std::optional<stats::Confidence>& of) {
  return of ? json::value{of->low, of->high} : json::value(nullptr);
}

json::object stage(const Stage& of, std::uint64_t ran_ns) {
  json::object out{{"duration_s", seconds(of.duration_ns)},
                   {"from_per_s", of.from_per_s},
                   {"to_per_s", of.to_per_s},
                   {"asked_per_s", of.asked_per_s()},
                   {"answered_per_s", of.answered_per_s(ran_ns)}};
  for (const auto& [key, value] : transactions(of.counted)) out[key] = value;
  json::object figures = latency(of.latency, of.censored);
  figures["intervals"] = {{"p50", interval(of.p50_interval)}, {"p99", interval(of.p99_interval)}};
  out["latency_ns"] = std::move(figures);
  out["censored"] = censored(of.latency, of.censored, of.timed_out);
  out["errors"] = counts_by_name(of.errors);
  out["server_cpu_s"] = of.server_cpu_ns ? json::value(seconds(*of.server_cpu_ns)) : json::value(nullptr);
  out["server_cpu_each_ns"] = or_null(of.server_cpu_each_ns());
  out["halves"] = {{{"due", of.due[0]}, {"answered", of.answered[0]}},
                   {{"due", of.due[1]}, {"answered", of.answered[1]}}};
  out["histogram"] = {{"latency", stats::encode_v2_compressed(of.latency)},
                      {"censored", stats::encode_v2_compressed(of.censored)}};
  return out;
}

json::array stages(const RunResult& result) {
  json::array out;
  for (std::size_t i = 0; i < result.stages.size(); ++i)
    out.push_back(stage(result.stages[i], result.stage_ran_ns(i)));
  return out;
}

json::value sessions(const RunResult& result) {
  if (!result.sessions) return nullptr;
  const Sessions& all = *result.sessions;
  return {{"started", all.started},
          {"completed", all.completed},
          {"failed", all.failed},
          {"unfinished", all.unfinished},
          {"found_all_busy", all.found_all_busy},
          {"latency_ns", latency(all.latency, all.censored)},
          {"bounds", bounds(all.latency, all.censored)},
          {"ages_ns", latency(all.censored)},
          {"histogram", stats::encode_v2_compressed(all.latency)},
          {"ages", stats::encode_v2_compressed(all.censored)}};
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
            {"longest_s", seconds(all.restarts.longest_ns)}}},
          {"addresses", addresses(all.addresses)},
          {"sources", addresses(all.sources)}};
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
    out.push_back({{"rule", one.rule},
                   {"met", one.met},
                   {"judged", one.judged},
                   {"measured", or_null(one.measured)},
                   {"shown", one.shown}});
  return out;
}

json::object histograms(const RunResult& result) {
  json::object of_commands;
  json::object command_ages;
  json::object by_class;
  for (const Command& one : result.commands) {
    of_commands[one.name] = stats::encode_v2_compressed(one.latency);
    command_ages[one.name] = stats::encode_v2_compressed(one.censored);
    json::object& classes = by_class[one.name].emplace_object();
    for (const ClassLatency& of_class : one.classes)
      classes[of_class.name] = stats::encode_v2_compressed(of_class.latency);
  }
  return {{"latency", stats::encode_v2_compressed(result.latency)},
          {"censored", stats::encode_v2_compressed(result.censored)},
          {"batches", batches(result.batches)},
          {"service", stats::encode_v2_compressed(result.service)},
          {"service_ages", stats::encode_v2_compressed(result.service_censored)},
          {"connect", stats::encode_v2_compressed(result.connect)},
          {"tls", stats::encode_v2_compressed(result.handshake)},
          {"send_lag", stats::encode_v2_compressed(result.send_lag)},
          {"gaps", stats::encode_v2_compressed(result.gaps)},
          {"delivery", stats::encode_v2_compressed(result.delivery)},
          {"commands", std::move(of_commands)},
          {"command_ages", std::move(command_ages)},
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
          {"in_flight_us", load.in_flight_us},
          {"beside_latency_us", load.beside_latency_us},
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

json::value floor(const RunResult& result) {
  if (!result.floor) return nullptr;
  return {{"p50_ns", result.floor->p50_ns},
          {"p99_ns", result.floor->p99_ns},
          {"age_s", result.floor->age_s},
          {"file", result.floor->file}};
}

json::value probe(const RunResult& result) {
  if (!result.probe) return nullptr;
  json::object out{{"command", result.probe->command}, {"rate_per_s", result.probe->rate}};
  for (auto& one : transactions(result.probe->counted)) out[one.key()] = std::move(one.value());
  const Probe& of = *result.probe;
  out["latency_ns"] = latency(of.latency, of.censored);
  out["censored"] = censored(of.latency, of.censored, of.timed_out);
  out["histogram"] = stats::encode_v2_compressed(of.latency);
  out["ages"] = stats::encode_v2_compressed(of.censored);
  return out;
}

json::value verification(const RunResult& result) {
  if (!result.workload.verify) return nullptr;
  return {{"checked", result.verification.checked}, {"not_checkable", result.verification.not_checkable}};
}

json::array spans(const RunResult& result) {
  json::array out;
  for (const Span& one : result.spans)
    out.push_back({{"begin_unix_us", one.begin_unix_us}, {"length_s", seconds(one.length_ns)}});
  return out;
}

json::value server(const RunResult& result) {
  if (!result.server) return nullptr;
  return {{"pid", result.server->pid},
          {"cpu_s", static_cast<double>(result.server->cpu_ns) / 1e9},
          {"rss_max_bytes", result.server->rss_max_octets},
          {"gone", result.server->gone}};
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
      {"spans", spans(result)},
      {"interrupted", result.interrupted},
      {"transactions", std::move(counted)},
      {"warmup", transactions(result.warmup)},
      {"latency_ns", latency_of(result)},
      {"censored", censored(result.latency, result.censored, result.timed_out)},
      {"service_ns", latency(result.service, result.service_censored)},
      {"service_censored", censored(result.service, result.service_censored, result.service_timed_out)},
      {"delivery_ns", latency(result.delivery)},
      {"delivery", write_deliveries(result.deliveries)},
      {"commands", commands(result)},
      {"mix", mix(result)},
      {"targets", targets(result)},
      {"stages", stages(result)},
      {"sessions", sessions(result)},
      {"connections", connections(result)},
      {"errors", counts_by_name(result.errors)},
      {"examples", examples(result)},
      {"notes", json::value_from(verdict.notes)},
      {"bytes",
       {{"sent", result.bytes_sent},
        {"received", result.bytes_received},
        {"wire_sent", result.wire_sent},
        {"wire_received", result.wire_received}}},
      {"client", client(result, verdict)},
      {"server", server(result)},
      {"verify", verification(result)},
      {"floor", floor(result)},
      {"probe", probe(result)},
      {"ranks", write_ranks(result.ranks)},
      {"verdict", verdict_of(verdict)},
      {"slo", objectives(verdict)},
      {"histogram", histograms(result)},
      {"intervals", intervals(result)},
      {"series", write_series(result)},
      {"counters", counters(result)}};
  return json::serialize(out);
}

}  // namespace backtalk::result
