// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/plan_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "stats/stage.hpp"
#include "workload/stages.hpp"
#include "workload/think.hpp"

namespace backtalk::load {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
// How many answers that take as long as --timeout allows the end of a run waits for, one after the
// other.
constexpr std::uint64_t kAnswersAtEnd = 4;
// How long it waits for those who think, at most.
constexpr std::uint64_t kThinkingMax = 3600 * kSecondNs;
constexpr std::size_t kSendMemoryMax = std::size_t{128} << 20;
constexpr std::size_t kSendOctetsMin = 2 * session::Session::kOutputMin;

// How long after the end of a run its last answers come at most: in open loop what fell due last
// may wait for a session.
std::uint64_t late_ns(const engine::ClientPlan& plan) {
  return (plan.clocked_rate() ? plan.timeout_ns : 0) + plan.drain_ns;
}

// Reads --source, of which each address of the server needs one that can reach it.
// Of processes that share a run, each has a block of the addresses: those of several machines are
// written one after the other.
std::variant<net::SourceAddresses, std::string> sources_of(const workload::LoadOptions& options,
                                                           const engine::Share& share,
                                                           const std::vector<net::Endpoint>& addresses) {
  if (options.sources.empty()) return net::SourceAddresses();
  const auto counted = net::SourceAddresses::count_all(options.sources);
  if (const auto* problem = std::get_if<std::string>(&counted)) return *problem;
  const auto count = std::get<std::uint64_t>(counted);
  if (count < share.parts)
    return fmt::format("--source: {} addresses for {} processes: each needs one of its own", count,
                       share.parts);
  auto read = net::SourceAddresses::read_part(options.sources, share.before(count), share.of(count));
  const auto* const sources = std::get_if<net::SourceAddresses>(&read);
  if (sources == nullptr || sources->empty()) return read;
  if (auto problem = check_sources(*sources, addresses)) return *std::move(problem);
  return read;
}

// A part without a session or a transaction of its own would never end.
std::optional<std::string> check_share(const workload::LoadOptions& options, const engine::Share& share) {
  if (options.connections < share.parts)
    return fmt::format("--connections {}: each of the {} processes needs one", options.connections,
                       share.parts);
  if (options.transactions && *options.transactions < share.parts)
    return fmt::format("--transactions {}: each of the {} processes needs one", *options.transactions,
                       share.parts);
  // With --session-rate they are divided by sessions, and the warm-up does not change that.
  if (options.session_rate && options.transactions &&
      *options.transactions / options.session_transactions() < share.parts)
    return fmt::format(
        "--transactions {}: {} sessions of {} (--per-connection), and each of the {} processes needs one",
        *options.transactions, *options.transactions / options.session_transactions(),
        options.session_transactions(), share.parts);
  return std::nullopt;
}

// More connections than transactions would be opened in vain, unless the warm-up uses them.
std::uint64_t connections_of(const workload::LoadOptions& options) {
  if (!options.transactions || options.warmup_ns > 0) return options.connections;
  const std::uint64_t each = options.session_rate ? options.session_transactions() : 1;
  return std::min(options.connections, *options.transactions / each);
}

// Sessions are whole.
std::optional<std::string> check_sessions(const workload::LoadOptions& options) {
  const std::uint64_t each = options.session_transactions();
  if (!options.session_rate || !options.transactions || *options.transactions % each == 0)
    return std::nullopt;
  return fmt::format("--transactions {}: each session has {} (--per-connection): choose a multiple of that",
                     *options.transactions, each);
}

std::optional<std::string> plan_think(const workload::LoadOptions& options, engine::ClientPlan& plan) {
  if (options.think.empty()) return std::nullopt;
  auto read = workload::read_think(options.think);
  if (auto* problem = std::get_if<std::string>(&read)) return std::move(*problem);
  plan.think = std::get<session::ThinkTime>(read);
  // A session that has just begun when the load ends has all its pauses before it.
  if (plan.session_rate && plan.session_transactions > 1)
    plan.drain_ns += std::min(plan.think.sum_max(plan.session_transactions - 1), kThinkingMax);
  return std::nullopt;
}

// A script that is a whole connection says goodbye behind its pass.
std::optional<std::string> check_connection(const workload::LoadOptions& options,
                                            const workload::Workload& workload) {
  if (!workload.connection_a_pass || options.per_connection <= 1) return std::nullopt;
  return fmt::format(
      "--per-connection {}: the script is a whole conversation, and so each connection has one: leave the "
      "option out, or mark with `== pass` what is repeated on a connection",
      options.per_connection);
}

stats::PassMix mix_of(const workload::Workload& workload) {
  std::vector<unsigned> weights;
  weights.reserve(workload.mix.size());
  for (const workload::MixedPass& pass : workload.mix) weights.push_back(pass.weight);
  return stats::PassMix(weights);
}

// The warm-up has the rate with which the first stage begins that has any, or that of its middle if
// it begins with none.
std::optional<std::string> plan_stages(const workload::LoadOptions& options, engine::ClientPlan& plan) {
  if (options.stages.empty()) return std::nullopt;
  auto read = workload::read_stages(options.stages);
  if (auto* problem = std::get_if<std::string>(&read)) return std::move(*problem);
  plan.stages = std::get<std::vector<stats::Stage>>(std::move(read));
  // There is one: stages in which nothing falls due are refused.
  const stats::Stage& first =
      *std::ranges::find_if(plan.stages, [](const stats::Stage& one) { return one.mean_per_s() > 0; });
  plan.rate_steps = stats::steps_of(plan.stages, options.warmup_ns,
                                    first.from_per_s > 0 ? first.from_per_s : first.mean_per_s());
  return std::nullopt;
}

}  // namespace

std::optional<std::string> check_sources(const net::SourceAddresses& sources,
                                         const std::vector<net::Endpoint>& addresses) {
  if (sources.empty()) return std::nullopt;
  for (const net::Endpoint& one : addresses) {
    if (one.family() == AF_UNIX) return "--source has no effect with a Unix socket";
    if (!sources.has(one.family()))
      return fmt::format(
          "--source: none of its addresses can reach {}: add one of {}, or choose the server's addresses "
          "with "
          "--address",
          one.text(), one.family() == AF_INET ? "IPv4" : "IPv6");
  }
  return std::nullopt;
}

std::variant<engine::ClientPlan, std::string> plan_run(const workload::LoadOptions& options,
                                                       const Terms& terms,
                                                       const std::vector<net::Endpoint>& addresses,
                                                       const workload::Workload& workload) {
  if (auto problem = check_sessions(options)) return *problem;
  if (auto problem = check_share(options, terms.share)) return *problem;
  if (auto problem = check_connection(options, workload)) return *problem;
  auto sources = sources_of(options, terms.share, addresses);
  if (auto* problem = std::get_if<std::string>(&sources)) return std::move(*problem);
  engine::ClientPlan plan;
  const std::uint64_t connections = connections_of(options);
  plan.targets.push_back(
      {.endpoints = addresses, .transport = workload.transport.plan, .proxy = options.proxy});
  plan.sources = std::get<net::SourceAddresses>(std::move(sources));
  plan.share = terms.share;
  plan.bad_streams = terms.bad_streams;
  plan.connections = static_cast<unsigned>(terms.share.of(connections));
  plan.first_connection = static_cast<unsigned>(terms.share.before(connections));
  plan.connections_of_all = static_cast<unsigned>(connections);
  plan.threads = static_cast<unsigned>(std::min<std::uint64_t>(options.threads, plan.connections));
  plan.duration_ns = options.duration_ns.value_or(0);
  plan.transactions_max = terms.share.of(options.transactions.value_or(0));
  plan.warmup_ns = options.warmup_ns;
  plan.timeout_ns = options.timeout_ns;
  plan.ramp_ns = options.ramp_ns;
  plan.drain_ns = kAnswersAtEnd * options.timeout_ns + kSecondNs;
  plan.per_connection = options.per_connection;
  plan.rate = options.rate;
  if (auto problem = plan_stages(options, plan)) return *problem;
  plan.session_rate = options.session_rate;
  if (options.session_rate) {
    plan.session_transactions = options.session_transactions();
    plan.per_connection = plan.session_transactions;
    plan.transactions_max = terms.share.of(options.transactions.value_or(0) / plan.session_transactions);
  }
  if (auto problem = plan_think(options, plan)) return *problem;
  plan.arrival = options.arrival;
  plan.seed = options.seed.value_or(1);
  plan.batch_ns = options.batch_ns;
  plan.quick_ack = options.quick_ack;
  plan.receive_octets = workload.receive_octets;
  // Thousands of connections make do with less each: what they send goes out in more pieces.
  plan.send_octets = std::clamp(kSendMemoryMax / plan.connections, kSendOctetsMin,
                                std::max(workload.send_octets, kSendOctetsMin));
  plan.commands = workload.command_names.size();
  plan.statuses = workload.statuses.size();
  plan.classes = stats::StatusClasses(workload.statuses);
  plan.mix = mix_of(workload);
  plan.series = stats::SeriesPlan::for_duration(plan.duration_ns, late_ns(plan), terms.keeps_histograms);
  plan.series.sums_up = terms.sums_up;
  return plan;
}

bool shows_secrets(const workload::Workload& workload, const engine::ClientPlan& plan) {
  const auto is_far = [](const net::Endpoint& one) { return !one.is_near(); };
  return (workload.reveals_passwords || workload.reveals_credentials) &&
         std::ranges::any_of(plan.targets, [&is_far](const engine::Target& one) {
           return std::ranges::any_of(one.endpoints, is_far);
         });
}

std::optional<std::uint64_t> longest_run_ns(const engine::ClientPlan& plan) {
  if (plan.duration_ns == 0) return std::nullopt;
  const bool opens_before = plan.ramp_ns == 0 && !plan.session_rate;
  const std::uint64_t opening_ns = opens_before ? engine::kHandshakeAnswers * plan.timeout_ns : 0;
  return opening_ns + plan.warmup_ns + plan.duration_ns + late_ns(plan);
}

}  // namespace backtalk::load
