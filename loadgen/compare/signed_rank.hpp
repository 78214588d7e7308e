// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Wilcoxon's signed-rank statistic W+, exactly: the sum of the ranks of the positive differences,
/// ranked by size. If neither side is better, every rank is positive or negative with probability
/// 1/2, whatever the distribution of the differences, as long as it is symmetric.
#pragma once

#include <cstddef>
#include <span>

namespace backtalk::compare {

/// More pairs than any comparison has; the work grows with their cube.
inline constexpr std::size_t kPairsMax = 200;

/// P(W+ <= w) of that many pairs without ties.
[[nodiscard]] double signed_rank_cdf(std::size_t pairs, std::size_t w);

/// The two-sided p value of the differences. Equal sizes share the mean of their ranks, zeros keep
/// theirs and have no sign (Pratt 1959), and the distribution is that of the ranks at hand, so it
/// stays exact.
[[nodiscard]] double signed_rank_p(std::span<const double> differences);

/// How far the two-sided interval at `alpha` reaches into the ordered Walsh averages from either
/// end: it begins and ends with the one of this number, counted from 1. 0: so few pairs have no
/// interval at this level.
[[nodiscard]] std::size_t walsh_cut(std::size_t pairs, double alpha);

}  // namespace backtalk::compare
