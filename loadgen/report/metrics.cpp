// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/metrics.hpp"

#include <cstdint>
#include <utility>

namespace backtalk::report {
namespace {

// What both kinds have, in the same metrics, so that a last scrape and the file can be compared.
struct Counted {
  std::string_view url;
  std::string_view protocol;
  double elapsed_s;
  std::uint64_t started;
  std::uint64_t completed;
  std::uint64_t failed;
  std::uint64_t unfinished;
  std::uint64_t octets_sent;
  std::uint64_t octets_received;
  const stats::Histogram& latency;
};

void add(MetricsText& out, const Counted& all) {
  out.gauge("backtalk_run", "", "The run that the other metrics are about; always 1");
  out.value(std::uint64_t{1}, {{"url", all.url}, {"protocol", all.protocol}});
  out.gauge("backtalk_elapsed_seconds", "seconds", "How long has been measured, without the warm-up");
  out.value(all.elapsed_s);
  out.counter("backtalk_transactions_started", "", "Transactions that began");
  out.value(all.started);
  out.counter("backtalk_transactions_ended", "", "Transactions that ended, by how they did");
  out.value(all.completed, {{"outcome", "completed"}});
  out.value(all.failed, {{"outcome", "failed"}});
  out.value(all.unfinished, {{"outcome", "unfinished"}});
  out.counter("backtalk_sent_bytes", "bytes", "What the sessions sent, before encryption");
  out.value(all.octets_sent);
  out.counter("backtalk_received_bytes", "bytes", "What the sessions received, after decryption");
  out.value(all.octets_received);
  out.seconds("backtalk_latency_seconds", "Latency of completed transactions", all.latency);
}

}  // namespace

std::string to_metrics(const result::RunResult& result, const result::Verdict& verdict,
                       MetricsFormat format) {
  MetricsText out(format);
  add(out, {.url = result.url,
            .protocol = result.protocol,
            .elapsed_s = result.elapsed_s(),
            .started = result.measured.started,
            .completed = result.measured.completed,
            .failed = result.measured.failed,
            .unfinished = result.measured.unfinished,
            .octets_sent = result.bytes_sent,
            .octets_received = result.bytes_received,
            .latency = result.latency});
  out.counter("backtalk_errors", "", "What went wrong with transactions and connections, by name");
  for (const result::NamedCount& one : result.errors) out.value(one.count, {{"name", one.name}});
  out.counter("backtalk_commands", "", "Replies to commands, by what they were");
  for (const result::Command& one : result.commands) {
    out.value(one.ok, {{"command", one.name}, {"outcome", "ok"}});
    out.value(one.refused, {{"command", one.name}, {"outcome", "refused"}});
    out.value(one.unexpected, {{"command", one.name}, {"outcome", "unexpected"}});
  }
  out.counter("backtalk_connections", "", "Connections of the whole run, by whether they could be opened");
  out.value(result.connections.opened, {{"outcome", "opened"}});
  out.value(result.connections.failed, {{"outcome", "failed"}});
  out.counter("backtalk_client_cpu_seconds", "seconds", "CPU time of the load generator while it measured");
  out.value(static_cast<double>(result.client.cpu_ns) / 1e9);
  out.gauge("backtalk_result_valid", "", "1 if the result holds, else 0");
  out.value(std::uint64_t{verdict.valid() ? 1U : 0U});
  out.gauge("backtalk_result_reason", "", "Why the result does not hold, or a note, by code; always 1");
  for (const result::Reason& one : verdict.reasons) out.value(std::uint64_t{1}, {{"code", one.code}});
  return std::move(out).finish();
}

std::string to_metrics(const RunSoFar& run, MetricsFormat format) {
  MetricsText out(format);
  const stats::Interval& counted = run.counted;
  add(out, {.url = run.url,
            .protocol = run.protocol,
            .elapsed_s = run.measured_s,
            .started = counted.started,
            .completed = counted.completed,
            .failed = counted.failed,
            .unfinished = counted.unfinished,
            .octets_sent = counted.octets_sent,
            .octets_received = counted.octets_received,
            .latency = counted.latency});
  return std::move(out).finish();
}

}  // namespace backtalk::report
