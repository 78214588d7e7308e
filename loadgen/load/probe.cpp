// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/probe.hpp"

#include <utility>

#include "load/target.hpp"
#include "workload/probe_options.hpp"

namespace backtalk::load {

std::variant<std::unique_ptr<Probe>, std::string> Probe::prepare(const Job& job, const Terms& terms,
                                                                 const workload::Protocol& protocol,
                                                                 const net::Url& url) {
  const workload::ProbeOptions asked = workload::probe_of(protocol.scheme, *job.own);
  workload::LoadOptions options = job.options;
  options.connections = options.threads = options.pipeline = 1;
  options.per_connection = 0;
  options.ramp_ns = 0;
  options.rate = kRate;
  options.stages.clear();
  options.session_rate.reset();
  options.arrival = stats::Arrival::constant;
  options.think.clear();
  // Until it is stopped.
  options.transactions.reset();
  options.duration_ns.reset();
  auto workload = protocol.prepare(options, *asked.own, url);
  if (auto* problem = std::get_if<std::string>(&workload)) return "--probe: " + *problem;
  auto& ready = std::get<workload::Workload>(workload);
  auto target = find_target(options, terms.far_targets, url);
  if (auto* problem = std::get_if<std::string>(&target)) return "--probe: " + *problem;
  auto plan = plan_run(options, {.far_targets = terms.far_targets, .share = {}},
                       std::get<TargetAddresses>(target).loaded, ready);
  if (auto* problem = std::get_if<std::string>(&plan)) return "--probe: " + *problem;
  auto& planned = std::get<engine::ClientPlan>(plan);
  // The user behind those of the load: many servers lock a mailbox for a session.
  planned.first_connection = static_cast<unsigned>(job.options.connections);
  planned.connections_of_all = planned.first_connection + 1;
  return std::unique_ptr<Probe>(new Probe(asked.command, std::move(ready), planned));
}

void Probe::begin(std::uint64_t at) {
  if (begun_) return;
  begun_ = true;
  client_.begin(at);
}

void Probe::stop() {
  begin(0);
  client_.stop();
}

std::variant<result::Probe, std::string> Probe::finish() {
  stop();
  const auto counted = client_.join();
  if (const auto* problem = std::get_if<std::string>(&counted)) return *problem;
  const auto& tally = std::get<stats::Tally>(counted);
  return result::Probe{.command = std::string(command_),
                       .rate = kRate,
                       .counted = tally.measured(),
                       .latency = tally.latency,
                       .censored = tally.censored,
                       .timed_out = tally.timed_out};
}

}  // namespace backtalk::load
