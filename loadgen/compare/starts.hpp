// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How much starts of a server differ from one another: each start has its own memory layout, order
/// of threads and cache contents, whose effect a longer run of one start cannot show.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace backtalk::compare {

/// Of the variance of runs, how much lies between starts (the random effects of a one-way analysis
/// of variance).
struct BetweenStarts {
  double between = 0;  ///< what repeats with a start, as a standard deviation
  double within = 0;   ///< what differs from run to run of one start, likewise
  double share = 0;    ///< from 0 to 1: the variance between starts, over that and the one within
  /// Of Fisher's F: how often as much would lie between starts if they did not matter.
  double p = 1;
};

/// The values of the runs of each start. nullopt: fewer than two starts, a start with another
/// number of runs than the first or fewer than two, or runs that are all alike.
[[nodiscard]] std::optional<BetweenStarts> between_starts(std::span<const std::vector<double>> starts);

}  // namespace backtalk::compare
