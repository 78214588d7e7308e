// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/run_section.hpp"

#include <fmt/format.h>

#include "html/command_line.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/table.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"

namespace backtalk::html {
namespace {

using result::RunResult;

std::string connections_of(const RunResult& result) {
  std::string out =
      fmt::format("{} opened, {} failed", figure("/connections/opened", result.connections.opened),
                  figure("/connections/failed", result.connections.failed));
  if (!result.connect.empty()) out += "; connecting " + escaped(report::show_distribution(result.connect));
  if (result.connections.restarts.count > 0)
    out += fmt::format("; the server restarted {} times", show_count(result.connections.restarts.count));
  return out;
}

std::string tls_of(const RunResult& result) {
  if (!result.tls) return "none: clear text";
  const result::Handshakes& shakes = result.connections.handshakes;
  if (result.tls->version.empty())
    return fmt::format("no handshake succeeded, {} failed",
                       figure("/connections/handshakes/failed", shakes.failed));
  std::string out =
      fmt::format("{}, {}, {}; handshakes: {} full, {} resumed, {} failed", escaped(result.tls->version),
                  escaped(result.tls->cipher),
                  result.tls->verified ? "certificate verified" : "INSECURE: certificate not verified",
                  figure("/connections/handshakes/full", shakes.full),
                  figure("/connections/handshakes/resumed", shakes.resumed),
                  figure("/connections/handshakes/failed", shakes.failed));
  if (!result.handshake.empty()) out += "; " + escaped(report::show_distribution(result.handshake));
  return out;
}

std::string client_of(const RunResult& result) {
  const double cpu_s = static_cast<double>(result.client.cpu_ns) / 1e9;
  std::string out = fmt::format("{} of CPU, the busiest thread {:.0f} % busy",
                                figure("/client/cpu_s", cpu_s, fmt::format("{:.2f} s", cpu_s)),
                                result.client.busy_max * 100);
  if (result.measured.completed > 0)
    out += fmt::format(", {} per {}",
                       report::show_ns(static_cast<double>(result.client.cpu_ns) /
                                       static_cast<double>(result.measured.completed)),
                       escaped(result.transaction));
  return out;
}

std::string server_of(const result::Server& server, const RunResult& result) {
  const double cpu_s = static_cast<double>(server.cpu_ns) / 1e9;
  std::string out = figure("/server/cpu_s", cpu_s, fmt::format("{:.2f} s", cpu_s)) + " of CPU";
  if (result.measured.completed > 0)
    out += fmt::format(
        ", {} per {}",
        report::show_ns(static_cast<double>(server.cpu_ns) / static_cast<double>(result.measured.completed)),
        escaped(result.transaction));
  constexpr double kMebi = 1 << 20;
  return out +
         fmt::format(", at most {:.1f} MiB of memory", static_cast<double>(server.rss_max_octets) / kMebi);
}

std::string sessions_of(const result::Sessions& all) {
  return fmt::format("{} started = {} completed + {} failed + {} unfinished; {}",
                     figure("/sessions/started", all.started), figure("/sessions/completed", all.completed),
                     figure("/sessions/failed", all.failed), figure("/sessions/unfinished", all.unfinished),
                     escaped(report::show_distribution(all.latency, all.censored, 0)));
}

std::string deliveries_of(const result::Deliveries& all) {
  return fmt::format("{} accepted = {} seen + {} lost + {} waiting; {} twice, {} elsewhere; {}",
                     figure("/delivery/accepted", all.accepted), figure("/delivery/seen", all.seen),
                     figure("/delivery/lost", all.lost), figure("/delivery/waiting", all.waiting),
                     figure("/delivery/twice", all.twice), figure("/delivery/elsewhere", all.elsewhere),
                     escaped(report::show_latencies(all)));
}

std::string bytes_of(const RunResult& result) {
  return fmt::format(
      "{} octets sent, {} received; on the sockets {} and {}", figure("/bytes/sent", result.bytes_sent),
      figure("/bytes/received", result.bytes_received), figure("/bytes/wire_sent", result.wire_sent),
      figure("/bytes/wire_received", result.wire_received));
}

}  // namespace

std::string run_of(const RunResult& result, std::string_view machine) {
  Facts facts;
  if (result.sessions) facts.add("Sessions", sessions_of(*result.sessions));
  if (result.deliveries) facts.add("Delivery", deliveries_of(*result.deliveries));
  if (result.probe)
    facts.add("Probe",
              fmt::format("{} of a lone session beside the load, {}/s: {}", escaped(result.probe->command),
                          show_number(result.probe->rate),
                          escaped(report::show_distribution(result.probe->latency, result.probe->censored,
                                                            result.probe->timed_out))));
  facts.add("Connections", connections_of(result));
  facts.add("TLS", tls_of(result));
  if (!result.send_lag.empty()) facts.add("Send lag", escaped(report::show_distribution(result.send_lag)));
  facts.add("Traffic", bytes_of(result));
  facts.add("Client", client_of(result));
  if (!machine.empty()) facts.add("Machine", escaped(machine));
  if (result.server) facts.add("Server", server_of(*result.server, result));
  if (result.floor)
    facts.add("Floor", fmt::format("p50 {} are this machine's own, as `backtalk calibrate` measured it",
                                   report::show_ns(static_cast<double>(result.floor->p50_ns))));
  return section("run", "The run", facts.html());
}

std::string repeat_of(const RunResult& result) {
  return section(
      "repeat", "Repeat it",
      fmt::format(
          "<pre class=\"command\">{}</pre>\n<p class=\"small\">Options with their default values, "
          "users and passwords are left out; so are a URL's query and the values of most fields (…), which "
          "may be secrets.</p>\n",
          escaped(command_line_of(result), kCommandMax + kTextMax)));
}

}  // namespace backtalk::html
