// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/comparison.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::differ {

Compared compare(const Corpus& corpus, std::vector<Outcome> outcomes) {
  Compared out;
  for (std::size_t server = 0; server < outcomes.size(); ++server) {
    const std::string framing = differ::framing_of(outcomes[server], corpus.meanings);
    auto group = std::ranges::find(out.groups, framing, &Group::framing);
    if (group == out.groups.end()) group = out.groups.insert(group, {framing, {}});
    group->servers.push_back(server);
  }
  out.outcomes = std::move(outcomes);
  return out;
}

const std::string& Compared::framing_of(std::size_t server) const {
  return std::ranges::find_if(
             groups,
             [&](const Group& one) { return std::ranges::find(one.servers, server) != one.servers.end(); })
      ->framing;
}

std::size_t Comparison::differing() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases, [](const Compared& one) { return !one.agree(); }));
}

}  // namespace backtalk::differ
