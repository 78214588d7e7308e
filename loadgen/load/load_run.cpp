// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/load_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/deal.hpp"
#include "load/room_for.hpp"
#include "load/target.hpp"
#include "load/workload_of.hpp"
#include "net/clock.hpp"
#include "net/process_tree.hpp"
#include "net/url.hpp"
#include "result/characters.hpp"
#include "result/from_tally.hpp"
#include "text/listed.hpp"
#include "text/nearest.hpp"

namespace backtalk::load {
namespace {

constexpr std::string_view kServerGone =
    "the process {} of --server-pid ended during the run: its CPU time and memory are those until it was "
    "last "
    "seen";

// What to say of passwords or other credentials that a far target was sent in clear text.
std::string revealed(const workload::Workload& workload, std::string_view scheme) {
  return fmt::format(
      "{} went out in clear text, and the target is neither loopback nor private: anyone who "
      "sees the traffic can read them. Use {}",
      workload.reveals_passwords ? "passwords" : "credentials (Authorization, Proxy-Authorization or Cookie)",
      scheme == "http" ? "https" : "TLS, --starttls, or --auth scram-sha-256");
}

std::vector<std::string> texts_of(std::span<const net::Endpoint> endpoints) {
  std::vector<std::string> texts;
  texts.reserve(endpoints.size());
  for (const net::Endpoint& one : endpoints) texts.push_back(one.text());
  return texts;
}

std::string unreachable_note(const std::vector<net::Endpoint>& addresses, const std::string& host) {
  const std::vector<std::string> texts = texts_of(addresses);
  return fmt::format("{} also has {}, for which this machine has no route: no connection went there", host,
                     text::listed(texts));
}

std::uint64_t unix_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

// A sentence if there is no such process.
std::optional<std::string> check_server(const workload::LoadOptions& options) {
  if (!options.server_pid) return std::nullopt;
  const bool fits = *options.server_pid <= static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max());
  if (fits && net::usage_of_tree(static_cast<pid_t>(*options.server_pid))) return std::nullopt;
  return fmt::format(
      "--server-pid {}: no such process on this machine, or none that this user may see; leave the option "
      "out if "
      "the server is on another machine",
      *options.server_pid);
}

}  // namespace

LoadRun::LoadRun(Job job, const workload::Protocol& protocol, workload::Workload workload,
                 const engine::ClientPlan& plan, std::unique_ptr<Probe> probe,
                 std::unique_ptr<DeliveryWatch> watch, std::vector<std::string> notes)
    : job_(std::move(job)),
      protocol_(&protocol),
      workload_(std::move(workload)),
      client_(std::make_unique<engine::ClientRun>(plan, workload_.make_session)),
      probe_(std::move(probe)),
      watch_(std::move(watch)),
      notes_(std::move(notes)) {
  // One is enough, however many processes share the load.
  if (job_.options.server_pid && plan.share.part == 0)
    server_.emplace(static_cast<pid_t>(*job_.options.server_pid), plan.stages);
}

std::vector<const engine::ClientPlan*> LoadRun::plans() const {
  std::vector<const engine::ClientPlan*> all{&client_->plan()};
  if (probe_) all.push_back(&probe_->plan());
  if (watch_) all.push_back(&watch_->plan());
  return all;
}

std::optional<std::string> LoadRun::open() {
  if (auto problem = room_for(plans())) return problem;
  // No message may come before its mailbox is watched.
  if (watch_) {
    if (auto problem = watch_->open()) return problem;
  }
  if (probe_) {
    if (auto problem = probe_->open()) return problem;
  }
  return client_->prepare();
}

std::span<const stats::IntervalRow> LoadRun::poll() {
  if (server_) server_->look(net::now_ns(), client_->measured_ns());
  if (probe_ && client_->opened()) probe_->begin(begins_at_);
  return client_->poll_intervals();
}

bool LoadRun::done() {
  return client_->done() && (!watch_ || watch_->settled(net::now_ns()));
}

void LoadRun::stop() {
  stopped_ = true;
  client_->stop();
  if (watch_) watch_->stop();
  if (probe_) probe_->stop();
}

std::variant<result::RunResult, std::string> LoadRun::finish() {
  if (server_) server_->look(net::now_ns(), client_->measured_ns());
  const auto counted = client_->join();
  // The load has had its last answer: what the probe measured from here on would be of an idle
  // server.
  auto probed = probe_ ? std::optional(probe_->finish()) : std::nullopt;
  auto watched = watch_ ? std::optional(watch_->finish()) : std::nullopt;
  if (const auto* problem = std::get_if<std::string>(&counted)) return *problem;
  const auto& tally = std::get<stats::Tally>(counted);
  const std::vector<std::string> addresses = address_names();
  const std::vector<result::TargetName> targets = target_names();
  const std::vector<std::string> sources = texts_of(plan().sources.all());
  result::RunResult out = result::from_tally(tally, client_->poll_intervals(),
                                             {.transaction = transaction(),
                                              .commands = workload_.command_names,
                                              .statuses = workload_.statuses,
                                              .mix = workload_.mix,
                                              .expected = workload_.expected,
                                              .addresses = addresses,
                                              .sources = sources,
                                              .targets = targets});
  out.url = result::text_of(job_.url);
  out.protocol = protocol_->scheme;
  out.tls = agreed_tls();
  out.workload = workload_of(job_, plan(), protocol_->own_options);
  if (plan().session_rate) out.sessions = result::sessions_of(tally);
  for (result::Stage& stage : out.stages) {
    stage.from_per_s = share_of_rate(stage.from_per_s, plan().share);
    stage.to_per_s = share_of_rate(stage.to_per_s, plan().share);
  }
  out.elapsed_ns = client_->elapsed_ns(tally);
  if (const auto since = client_->measured_ns())
    out.spans = {{.begin_unix_us = unix_us() - *since / 1000, .length_ns = out.elapsed_ns}};
  out.interrupted = stopped_;
  out.series = client_->series();
  if (probed) {
    if (auto* problem = std::get_if<std::string>(&*probed)) return "--probe: " + *problem;
    out.probe = std::get<result::Probe>(std::move(*probed));
  }
  if (watched) {
    if (auto* problem = std::get_if<std::string>(&*watched)) return std::move(*problem);
    out.deliveries = std::get<result::Deliveries>(std::move(*watched));
    out.delivery = out.deliveries->latency;
    watch_->add_verification(out);
    for (const std::string& note : watch_->notes()) out.notes.push_back(result::text_of(note));
  }
  if (server_) {
    server_->finish();
    out.server = server_->used();
    const auto of_stages = server_->cpu_of_stages();
    for (std::size_t i = 0; i < std::min(of_stages.size(), out.stages.size()); ++i)
      out.stages[i].server_cpu_ns = of_stages[i];
    if (server_->is_gone()) out.notes.push_back(fmt::format(kServerGone, *job_.options.server_pid));
  }
  for (const std::string& note : notes_) out.notes.push_back(result::text_of(note));
  if (shows_secrets(workload_, plan())) out.notes.push_back(revealed(workload_, protocol_->scheme));
  return out;
}

std::uint64_t LoadRun::heard_ns() const {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  std::uint64_t heard_ns = 0;
  for (const stats::IntervalRow& row : client_->rows()) {
    if (row.completed + row.failed > 0) heard_ns = row.t_s * kSecondNs;
  }
  return heard_ns;
}

result::RunResult LoadRun::result_so_far(double busy, std::uint64_t load_ns_max) const {
  const stats::Interval& counted = so_far();
  result::RunResult out;
  out.url = result::text_of(job_.url);
  out.protocol = protocol_->scheme;
  out.transaction = transaction();
  out.workload = workload_of(job_, plan(), protocol_->own_options);
  out.measured.started = counted.started;
  out.measured.completed = counted.completed;
  out.measured.failed = counted.failed;
  out.measured.unfinished = counted.unfinished;
  out.latency = counted.latency;
  for (const stats::NamedCount& one : counted.errors.all())
    out.errors.push_back({.name = std::string(one.name), .count = one.count});
  out.load.load_ns = std::min(so_far_ns(), load_ns_max);
  out.elapsed_ns = std::min(so_far_ns(), std::max(load_ns_max, heard_ns()));
  out.connections.opened = out.connections.ready_ever = gauges().connections;
  out.client.busy_max = busy;
  out.load.silent_ns = out.load.load_ns - std::min(out.load.load_ns, heard_ns());
  return out;
}

// Several targets may have one address, and differ in its port.
std::vector<std::string> LoadRun::address_names() const {
  std::vector<std::string> names;
  for (const engine::Target& target : plan().targets) {
    for (const net::Endpoint& one : target.endpoints) {
      const std::string text = one.text();
      const bool plain = plan().targets.size() == 1 || one.port() == 0;
      names.push_back(plain                                 ? text
                      : text.find(':') == std::string::npos ? fmt::format("{}:{}", text, one.port())
                                                            : fmt::format("[{}]:{}", text, one.port()));
    }
  }
  return names;
}

std::vector<result::TargetName> LoadRun::target_names() const {
  std::vector<result::TargetName> names;
  if (job_.others.empty()) return names;
  for (std::size_t i = 0; i < plan().targets.size(); ++i) {
    const engine::Target& target = plan().targets[i];
    names.push_back({.url = i == 0 ? job_.url : job_.others[i - 1].url,
                     .weight = target.weight,
                     .addresses = target.endpoints.size()});
  }
  return names;
}

// The empty texts of a run without a handshake say that it asked for TLS and did not get it.
std::optional<result::Tls> LoadRun::agreed_tls() const {
  const tls::ClientTransport& transport = workload_.transport;
  if (!transport.plan.make) return std::nullopt;
  const auto agreed = transport.negotiated();
  if (!agreed) return result::Tls{};
  return result::Tls{.version = agreed->version, .cipher = agreed->cipher, .verified = transport.verifies};
}

namespace {

// Another server, with sessions of its own: HTTP names its host in each request.
std::optional<std::string> add_target(const OtherTarget& other, const Job& job, const Terms& terms,
                                      const workload::Protocol& protocol, OtherTarget& named,
                                      engine::ClientPlan& plan, tls::ClientTransport& transport,
                                      std::vector<std::string>& notes) {
  auto read = net::read_url(other.url);
  if (auto* problem = std::get_if<std::string>(&read)) return std::move(*problem);
  auto& url = std::get<net::Url>(read);
  if (url.scheme != protocol.scheme)
    return fmt::format(
        "{}: all targets of a load have one scheme, and the first has {}; several loads beside each other "
        "may "
        "differ: `-- NAME URL -- NAME URL`",
        other.url, protocol.scheme);
  if (!url.unix_socket && !url.port_given) url.port = protocol.default_port;
  auto workload = protocol.prepare(job.options, *job.own, url);
  if (auto* problem = std::get_if<std::string>(&workload)) return std::move(*problem);
  auto& ready = std::get<workload::Workload>(workload);
  auto target = find_target(job.options, terms.far_targets, url);
  if (auto* problem = std::get_if<std::string>(&target)) return std::move(*problem);
  auto& addresses = std::get<TargetAddresses>(target);
  if (auto problem = check_sources(plan.sources, addresses.loaded)) return problem;
  if (!addresses.unreachable.empty()) notes.push_back(unreachable_note(addresses.unreachable, url.host));
  plan.targets.push_back({.endpoints = std::move(addresses.loaded),
                          .weight = other.weight,
                          .transport = ready.transport.plan,
                          .proxy = job.options.proxy,
                          .make_session = std::move(ready.make_session)});
  // What any of them has agreed on: the first may be down.
  if (transport.negotiated)
    transport.negotiated = [before = std::move(transport.negotiated), own = ready.transport.negotiated] {
      auto agreed = before();
      return agreed ? agreed : own();
    };
  named = {.url = url.text(), .weight = other.weight};
  return std::nullopt;
}

}  // namespace

std::variant<LoadRun, std::string> prepare(const Job& job, const Terms& terms) {
  const auto known = protocol_of(job.url);
  if (const auto* problem = std::get_if<std::string>(&known)) return *problem;
  const workload::Protocol& protocol = *std::get<const workload::Protocol*>(known);
  auto url = std::get<net::Url>(net::read_url(job.url));
  if (!url.unix_socket && !url.port_given) url.port = protocol.default_port;
  if (auto problem = terms.share.part == 0 ? check_server(job.options) : std::nullopt)
    return *std::move(problem);
  Job kept{
      .url = url.text(), .options = job.options, .own = job.own, .weight = job.weight, .others = job.others};
  if (kept.own == nullptr) kept.own = protocol.make_own();
  auto workload = protocol.prepare(kept.options, *kept.own, url);
  if (auto* problem = std::get_if<std::string>(&workload)) return *problem;
  auto& ready = std::get<workload::Workload>(workload);
  // A reply that waits for others would begin the time to the mailbox too late.
  if (ready.deliveries) kept.options.batch_ns = 0;
  auto target = find_target(kept.options, terms.far_targets, url);
  if (auto* problem = std::get_if<std::string>(&target)) return std::move(*problem);
  const auto& addresses = std::get<TargetAddresses>(target);
  std::vector<std::string> notes;
  if (!addresses.unreachable.empty()) notes.push_back(unreachable_note(addresses.unreachable, url.host));
  auto plan = plan_run(kept.options, terms, addresses.loaded, ready);
  if (auto* problem = std::get_if<std::string>(&plan)) return *problem;
  auto& planned = std::get<engine::ClientPlan>(plan);
  planned.targets.front().weight = kept.weight;
  for (OtherTarget& other : kept.others) {
    if (auto problem =
            add_target(OtherTarget(other), kept, terms, protocol, other, planned, ready.transport, notes))
      return *std::move(problem);
  }
  if (auto dealt = engine::deal_part(planned); std::holds_alternative<std::string>(dealt))
    return std::get<std::string>(std::move(dealt));
  std::unique_ptr<Probe> probe;
  // One is enough, however many processes share the load.
  if (terms.probe && terms.share.part == 0) {
    auto probed = Probe::prepare(kept, terms, protocol, url);
    if (auto* problem = std::get_if<std::string>(&probed)) return *problem;
    probe = std::get<std::unique_ptr<Probe>>(std::move(probed));
  }
  std::unique_ptr<DeliveryWatch> watch;
  if (ready.deliveries && !kept.others.empty())
    return "--watch is for one target: name one URL to deliver to";
  if (ready.deliveries) {
    auto watched = DeliveryWatch::prepare(kept, terms, ready.deliveries);
    if (auto* problem = std::get_if<std::string>(&watched)) return std::move(*problem);
    watch = std::get<std::unique_ptr<DeliveryWatch>>(std::move(watched));
  }
  return LoadRun(std::move(kept), protocol, std::move(ready), std::get<engine::ClientPlan>(plan),
                 std::move(probe), std::move(watch), std::move(notes));
}

std::variant<const workload::Protocol*, std::string> protocol_of(const std::string& url) {
  const auto read = net::read_url(url);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  const std::string& scheme = std::get<net::Url>(read).scheme;
  if (const workload::Protocol* const protocol = workload::find_protocol(scheme)) return protocol;
  std::vector<std::string> known;
  known.reserve(workload::protocols().size());
  for (const workload::Protocol& one : workload::protocols()) known.emplace_back(one.scheme);
  if (const std::string meant = text::did_you_mean(scheme, known); !meant.empty())
    return fmt::format("unknown scheme `{}`{}", scheme, meant);
  return fmt::format("unknown scheme `{}`: the schemes are {}", scheme, fmt::join(known, " "));
}

}  // namespace backtalk::load
