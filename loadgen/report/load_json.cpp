// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/load_json.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "report/verdict.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::report {
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
          {"max", histogram.max()}};
}

json::object transactions(const stats::TransactionTally& tally) {
  return {{"started", tally.started},
          {"completed", tally.completed},
          {"failed", tally.failed},
          {"unfinished", tally.unfinished},
          {"in_doubt", tally.in_doubt}};
}

json::value number(std::optional<double> value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

// Octets from the network, each the character of its number.
json::string characters(std::string_view octets) {
  json::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x80) out.push_back(static_cast<char>(0xC0U | (octet >> 6U)));
    out.push_back(static_cast<char>(octet < 0x80 ? octet : 0x80U | (octet & 0x3FU)));
  }
  return out;
}

// What came from the command line. Where it is not UTF-8, which JSON is, every octet is the character of its
// number.
json::string text_of(const std::string& octets) {
  json::error_code failure;
  json::parse(json::serialize(json::string(octets)), failure);
  if (!failure) return json::string(octets);
  return characters(octets);
}

json::value setting(const workload::Setting& one) {
  if (const auto* number = std::get_if<std::uint64_t>(&one.value)) return *number;
  if (const auto* text = std::get_if<std::string>(&one.value)) return text_of(*text);
  const auto* list = std::get_if<std::vector<std::string>>(&one.value);
  if (list == nullptr) return nullptr;
  json::array out;
  for (const std::string& text : *list) out.emplace_back(text_of(text));
  return out;
}

json::object workload(const LoadResult& result) {
  const workload::LoadOptions& options = result.options;
  json::object out{
      {"connections", options.connections},
      {"threads", options.threads},
      {"pipeline", options.pipeline},
      {"loop", options.rate ? "open" : "closed"},
      {"rate_per_s", options.rate ? json::value(*options.rate) : json::value(nullptr)},
      {"arrival", options.rate ? json::value(options.arrival) : json::value(nullptr)},
      {"seed", options.rate ? json::value(options.seed) : json::value(nullptr)},
      {"duration_s", options.duration_ns ? seconds(*options.duration_ns) : json::value(nullptr)},
      {"transactions", options.transactions ? json::value(*options.transactions) : json::value(nullptr)},
      {"warmup_s", seconds(options.warmup_ns)},
      {"timeout_s", seconds(options.timeout_ns)},
      {"ramp_s", seconds(options.ramp_ns)},
      {"allow_failures", options.allow_failures},
      {"ends_within_s", number(result.ends_within_s)},
      {"per_connection", options.per_connection},
      {"batch_wait_us", options.rate ? 0 : options.batch_ns / 1000},
      {"quick_ack", options.quick_ack}};
  for (const workload::Setting& one : result.settings) out[one.name] = setting(one);
  return out;
}

json::object codes(const LoadResult& result, const stats::CommandTally& tally) {
  json::object out;
  for (std::size_t i = 0; i < result.statuses.size(); ++i) {
    if (tally.statuses[i] > 0) out[result.statuses[i].name] = tally.statuses[i];
  }
  return out;
}

json::object commands(const LoadResult& result) {
  json::object out;
  for (std::size_t i = 0; i < result.command_names.size(); ++i) {
    const stats::CommandTally& tally = result.tally.commands()[i];
    if (tally.sent == 0) continue;
    out[result.command_names[i]] = {{"sent", tally.sent},
                                    {"ok", tally.ok},
                                    {"refused", tally.refused},
                                    {"codes", codes(result, tally)},
                                    {"latency_ns", latency(tally.latency)}};
  }
  return out;
}

json::object errors(const stats::NamedCounts& counts) {
  json::object out;
  for (const stats::NamedCount& one : counts.all()) out[one.name] = one.count;
  return out;
}

json::array notes(const LoadResult& result) {
  json::array out;
  for (const std::string& note : notes_on(result)) out.emplace_back(note);
  return out;
}

json::array examples(const LoadResult& result) {
  json::array out;
  for (const stats::Example& one : result.tally.examples.all()) {
    const bool known = one.command < result.command_names.size();
    out.push_back({{"name", one.name},
                   {"command", known ? json::value(result.command_names[one.command]) : json::value(nullptr)},
                   {"text", characters(one.text)},
                   {"offset", one.offset}});
  }
  return out;
}

json::object verdict(const std::vector<Reason>& reasons) {
  json::array out;
  for (const Reason& reason : reasons) {
    json::object evidence;
    for (const auto& [name, value] : reason.evidence) evidence[name] = value;
    out.push_back({{"code", reason.code}, {"sentence", reason.sentence}, {"evidence", std::move(evidence)}});
  }
  return {{"valid", reasons.empty()}, {"reasons", std::move(out)}};
}

json::array intervals(const LoadResult& result) {
  json::array out;
  for (const stats::IntervalRow& row : result.intervals) {
    out.push_back({{"t_s", row.t_s},
                   {"completed", row.completed},
                   {"failed", row.failed},
                   {"p50_ns", row.p50_ns},
                   {"p99_ns", row.p99_ns}});
  }
  return out;
}

json::object client(const LoadResult& result, const std::vector<Reason>& reasons) {
  const stats::Tally& tally = result.tally;
  const auto bound = std::ranges::find(reasons, std::string_view("generator-bound"), &Reason::code);
  const bool saturated = bound != reasons.end();
  return {{"cpu_s", seconds(tally.cpu_ns)},
          {"busy", std::min(tally.busy_max, 1.0)},
          {"saturated", saturated},
          {"saturated_reason", saturated ? json::value(bound->sentence) : json::value(nullptr)},
          {"run_delay_s", seconds(tally.run_delay_ns)},
          {"send_lag_ns", latency(tally.send_lag)}};
}

}  // namespace

std::string to_json(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  json::object counted = transactions(tally.measured());
  counted["per_s"] = result.per_s();
  counted["per_s_connected"] = number(result.per_s_connected());
  counted["found_all_busy"] = tally.found_all_busy;
  const std::vector<Reason> reasons = judge(result);
  const json::object out{
      {"schema", "backtalk.load/1"},
      {"target", {{"url", text_of(result.url)}, {"protocol", result.protocol}, {"tls", nullptr}}},
      {"workload", workload(result)},
      {"elapsed_s", result.elapsed_s},
      {"interrupted", result.interrupted},
      {"transactions", std::move(counted)},
      {"warmup", transactions(tally.warmup())},
      {"latency_ns", latency(tally.latency)},
      {"service_ns", latency(tally.service)},
      {"commands", commands(result)},
      {"connections",
       {{"opened", tally.connections_opened},
        {"failed", tally.connections_failed},
        {"ready_at_start", tally.sessions_at_start},
        {"ready_ever", tally.sessions_had},
        {"connected_s", seconds(tally.connected_ns)},
        {"connect_ns", latency(tally.connect)},
        {"tls_ns", latency(tally.tls)}}},
      {"errors", errors(tally.errors)},
      {"examples", examples(result)},
      {"notes", notes(result)},
      {"bytes", {{"sent", tally.bytes_sent}, {"received", tally.bytes_received}}},
      {"client", client(result, reasons)},
      {"verdict", verdict(reasons)},
      {"histogram",
       {{"latency", stats::encode_v2_compressed(tally.latency)},
        {"service", stats::encode_v2_compressed(tally.service)}}},
      {"intervals", intervals(result)}};
  return json::serialize(out);
}

}  // namespace backtalk::report
