// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A histogram as a few bars, at limits that people read easily: 1, 2, 5, 10, 20, 50, ...
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "live/figures.hpp"
#include "stats/histogram.hpp"

namespace backtalk::live {

/// From the bar with the smallest value to the one with the largest, without gaps. A value counts
/// where the middle of its bucket lies, which is within 0.1 % of it.
[[nodiscard]] std::vector<Bar> bars_of(const stats::Histogram& histogram);

/// The same in at most `most` bars, which is at least 1: neighbours are joined, none is left out.
[[nodiscard]] std::vector<Bar> join(std::span<const Bar> bars, std::size_t most);

}  // namespace backtalk::live
