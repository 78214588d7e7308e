// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mann and Whitney's U, exactly: of two groups of runs that do not form pairs, how many times a
/// run of B is above one of A. If the groups are alike, every order of all runs is as likely.
#pragma once

#include <cstddef>
#include <span>

namespace backtalk::compare {

/// More runs than any group has; the work grows with the fourth power.
inline constexpr std::size_t kGroupMax = 50;

/// P(U <= u) of groups of that many runs without ties.
[[nodiscard]] double rank_sum_cdf(std::size_t a, std::size_t b, std::size_t u);

/// The two-sided p value. Equal values share the mean of their ranks, and the distribution is that
/// of the ranks at hand, so it stays exact.
[[nodiscard]] double rank_sum_p(std::span<const double> a, std::span<const double> b);

/// How far the two-sided interval at `alpha` reaches into the ordered differences of every run of B
/// from every one of A, from either end and counted from 1. 0: so few have no interval.
[[nodiscard]] std::size_t difference_cut(std::size_t a, std::size_t b, double alpha);

}  // namespace backtalk::compare
