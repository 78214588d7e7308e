// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/port_needs.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "engine/deal.hpp"

namespace backtalk::engine {
namespace {

std::uint64_t most_at_once(const ClientPlan& plan) {
  if (!plan.session_rate || plan.duration_ns == 0) return plan.connections;
  const double run_s = static_cast<double>(plan.warmup_ns + plan.duration_ns) / 1e9;
  const double arrivals = std::ceil(*plan.session_rate * run_s / plan.share.parts);
  return static_cast<std::uint64_t>(std::min(static_cast<double>(plan.connections), arrivals));
}

}  // namespace

std::vector<net::PortNeed> port_needs(const ClientPlan& plan) {
  const auto dealt = deal_part(plan);
  const auto* const targets = std::get_if<std::vector<std::uint32_t>>(&dealt);
  if (targets == nullptr) return {};
  std::vector<net::PortNeed> needs;
  needs.reserve(plan.targets.size());
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const auto of_target = static_cast<std::uint64_t>(std::ranges::count(*targets, i));
    needs.push_back({.connections = most_at_once(plan) * of_target / plan.connections,
                     .endpoints = plan.targets[i].endpoints,
                     .sources = plan.sources.all()});
  }
  return needs;
}

}  // namespace backtalk::engine
