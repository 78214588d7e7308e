// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/plan_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "stats/schedule.hpp"

namespace backtalk::load {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
// How many answers that take as long as --timeout allows the end of a run waits for, one after the
// other.
constexpr std::uint64_t kAnswersAtEnd = 4;
constexpr std::size_t kSendMemoryMax = std::size_t{128} << 20;
constexpr std::size_t kSendOctetsMin = 2 * session::Session::kOutputMin;

std::variant<net::Endpoint, std::string> find_target(const net::Url& url, bool far_targets) {
  if (!url.unix_socket && url.port == 0) return fmt::format("{}: nothing can listen on port 0", url.text());
  auto target = net::resolve(url);
  if (auto* problem = std::get_if<std::string>(&target)) return *problem;
  if (std::get<net::Endpoint>(target).is_near() || far_targets) return std::get<net::Endpoint>(target);
  return fmt::format(
      "{} is neither loopback nor private: a load test of somebody else's server is an attack. If you may "
      "load it, say --i-may-load-this-target",
      url.text());
}

// A part without a session or a transaction of its own would never end.
std::optional<std::string> check_share(const workload::LoadOptions& options, const engine::Share& share) {
  if (options.connections < share.parts)
    return fmt::format("--connections {}: each of the {} processes needs one", options.connections,
                       share.parts);
  if (options.transactions && *options.transactions < share.parts)
    return fmt::format("--transactions {}: each of the {} processes needs one", *options.transactions,
                       share.parts);
  return std::nullopt;
}

// More connections than transactions would be opened in vain, unless the warm-up uses them.
std::uint64_t connections_of(const workload::LoadOptions& options) {
  if (!options.transactions || options.warmup_ns > 0) return options.connections;
  return std::min(options.connections, *options.transactions);
}

stats::PassMix mix_of(const workload::Workload& workload) {
  std::vector<unsigned> weights;
  weights.reserve(workload.mix.size());
  for (const workload::MixedPass& pass : workload.mix) weights.push_back(pass.weight);
  return stats::PassMix(weights);
}

}  // namespace

std::variant<engine::ClientPlan, std::string> plan_run(const workload::LoadOptions& options,
                                                       const Terms& terms, const net::Url& url,
                                                       const workload::Workload& workload) {
  if (auto problem = check_share(options, terms.share)) return *problem;
  auto target = find_target(url, terms.far_targets);
  if (auto* problem = std::get_if<std::string>(&target)) return *problem;
  engine::ClientPlan plan;
  const std::uint64_t connections = connections_of(options);
  const auto& endpoint = std::get<net::Endpoint>(target);
  plan.targets.push_back(
      {.endpoint = endpoint, .transport = workload.transport.plan, .proxy = options.proxy});
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
  return plan;
}

bool shows_passwords(const workload::Workload& workload, const engine::ClientPlan& plan) {
  return workload.reveals_passwords &&
         std::ranges::any_of(plan.targets, [](const engine::Target& one) { return !one.endpoint.is_near(); });
}

std::optional<std::uint64_t> longest_run_ns(const engine::ClientPlan& plan) {
  if (plan.duration_ns == 0) return std::nullopt;
  const std::uint64_t opening_ns = plan.ramp_ns > 0 ? 0 : engine::kHandshakeAnswers * plan.timeout_ns;
  const std::uint64_t waiting_ns = plan.rate ? plan.timeout_ns : 0;
  return opening_ns + plan.warmup_ns + plan.duration_ns + waiting_ns + plan.drain_ns;
}

}  // namespace backtalk::load
