// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/deal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace backtalk::engine {
namespace {

// How many connections each target gets.
std::vector<std::uint64_t> share_out(std::span<const Target> targets, unsigned connections) {
  std::uint64_t weights = 0;
  for (const Target& target : targets) weights += target.weight;
  std::vector<std::uint64_t> shares;
  std::vector<std::uint64_t> remainders;
  std::uint64_t left = connections;
  for (const Target& target : targets) {
    const std::uint64_t product = std::uint64_t{connections} * target.weight;
    shares.push_back(product / weights);
    remainders.push_back(product % weights);
    left -= shares.back();
  }
  std::vector<std::size_t> order(targets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  for (std::size_t i = 0; i < left; ++i) ++shares[order[i]];
  return shares;
}

}  // namespace

std::variant<std::vector<std::uint32_t>, std::string> deal(std::span<const Target> targets,
                                                           unsigned connections) {
  if (targets.empty()) return "there is no target to connect to";
  if (std::ranges::any_of(targets, [](const Target& one) { return one.weight == 0; }))
    return "a target's weight must be at least 1";
  if (targets.size() > connections) {
    return fmt::format("{} connections cannot be divided among {} targets: each needs at least one",
                       connections, targets.size());
  }
  const std::vector<std::uint64_t> shares = share_out(targets, connections);
  if (const auto none = std::ranges::find(shares, 0U); none != shares.end()) {
    return fmt::format(
        "target {} of {} has so little weight that none of the {} connections would go to it: use more "
        "connections (-c), or give it more weight",
        none - shares.begin() + 1, shares.size(), connections);
  }
  std::vector<std::uint32_t> dealt;
  dealt.reserve(connections);
  // Each connection goes to the target that is furthest behind its share of those dealt so far.
  std::vector<std::int64_t> owed(targets.size(), 0);
  for (unsigned i = 0; i < connections; ++i) {
    for (std::size_t t = 0; t < shares.size(); ++t) owed[t] += static_cast<std::int64_t>(shares[t]);
    const auto most = std::ranges::max_element(owed);
    *most -= connections;
    dealt.push_back(static_cast<std::uint32_t>(most - owed.begin()));
  }
  return dealt;
}

std::variant<std::vector<std::uint32_t>, std::string> deal_part(const ClientPlan& plan) {
  auto dealt =
      deal(plan.targets, std::max(plan.connections_of_all, plan.first_connection + plan.connections));
  if (auto* all = std::get_if<std::vector<std::uint32_t>>(&dealt)) {
    const auto first = all->begin() + plan.first_connection;
    *all = std::vector<std::uint32_t>(first, first + plan.connections);
  }
  return dealt;
}

}  // namespace backtalk::engine
