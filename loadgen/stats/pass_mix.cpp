// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/pass_mix.hpp"

#include <numeric>

namespace backtalk::stats {

PassMix::PassMix(std::span<const unsigned> weights) {
  if (weights.size() < 2) return;
  for (const unsigned weight : weights) shares_.push_back({.weight = weight});
  order_ = session::PassOrder(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
}

}  // namespace backtalk::stats
