// SPDX-License-Identifier: Apache-2.0 OR MIT
/// From the runs of two sides to a verdict on each of several metrics.
///
/// Whoever looks at six metrics of two equal sides, each at 5 %, finds a difference in every fourth
/// comparison. So the metrics share the 5 % (Holm 1979), except for one that was named beforehand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compare/evidence.hpp"

namespace backtalk::compare {

/// Fewer pairs than this cannot show anything at 5 %.
inline constexpr std::size_t kRoundsMin = 6;
inline constexpr double kAlpha = 0.05;

/// Whoever looks after every pair and stops at the first p below 5 % finds a difference between
/// equal sides in every seventh comparison. These looks, at this level each, make 5 % of them all
/// (Pocock 1977).
inline constexpr std::array<std::size_t, 3> kLooks{8, 16, 24};
inline constexpr double kLookAlpha = 0.022;

/// One metric: the logarithms of its values, or for pairs of their ratios.
struct Series {
  std::string_view metric;
  Evidence evidence;
  /// Named beforehand: it does not share the 5 % with the others, but with those of other sides.
  bool primary = false;
};

struct Terms {
  double alpha = kAlpha;
  /// Asks for equivalence: 0.03 is met if the interval is inside a factor of 1.03 either way.
  std::optional<double> same_within = std::nullopt;
};

enum class Word : std::uint8_t { b_lower, b_higher, same_within, no_difference_shown };

struct Finding {
  std::string_view metric;
  /// B over A, and the interval at 1 - alpha for this metric alone: from 0 to infinity if so few
  /// runs have none.
  double ratio = 1;
  double low = 1;
  double high = 1;
  double p = 1;  ///< after Holm's correction, unless it is the primary metric
  /// `same_within` if that was asked and holds, even where a difference is shown as well. Otherwise
  /// a difference is shown if p is at most alpha and the interval does not contain 1.
  Word word = Word::no_difference_shown;
  /// The smallest difference that runs with this scatter show in 80 % of all comparisons: 0.04 is
  /// 4 %. nullopt: with so many metrics, so few runs show no difference, however large.
  std::optional<double> resolution = std::nullopt;
};

/// One for each series, in their order, without its resolution.
[[nodiscard]] std::vector<Finding> find_differences(std::span<const Series> series, const Terms& terms);

/// Adds the resolutions to the findings of `series`.
void add_resolutions(std::span<Finding> findings, std::span<const Series> series, const Terms& terms);

/// How many pairs it takes to show a difference in any of that many metrics, however large it is.
[[nodiscard]] std::size_t rounds_to_show(std::size_t metrics, double alpha);

/// Holm's correction: the p values that can be compared with alpha, in the same order.
[[nodiscard]] std::vector<double> correct_for_many(std::span<const double> p);

}  // namespace backtalk::compare
