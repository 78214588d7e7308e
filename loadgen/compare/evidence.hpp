// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What runs say about the difference between two sides, without an assumption about the noise
/// except that it is the same on both.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <variant>
#include <vector>

namespace backtalk::compare {

/// B less A of each pair of runs.
struct Pairs {
  std::vector<double> differences;
};

/// Runs that do not form pairs, such as saved ones.
struct Groups {
  std::vector<double> a;
  std::vector<double> b;
};

using Evidence = std::variant<Pairs, Groups>;

/// By how much B is above A: the estimate of Hodges and Lehmann, and its interval, which holds
/// those values that the test does not reject. For pairs it is the median of the means of all pairs
/// of differences (Walsh averages), and Wilcoxon's test; for groups the median of the differences
/// between any run of B and any of A, and Mann and Whitney's.
struct Shift {
  double estimate = 0;
  /// The interval is without bounds if so few runs have none at this level: it takes six pairs at
  /// 5 %, or groups of four.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool bounded() const { return low > -std::numeric_limits<double>::infinity(); }
};

/// How many runs there are of A and of B: the evidence could be as much with other values.
struct Size {
  std::size_t a = 0;
  std::size_t b = 0;
  bool paired = true;
  friend bool operator==(const Size&, const Size&) = default;
};
[[nodiscard]] Size size_of(const Evidence& evidence);

/// How far the interval reaches into the ordered averages or differences from either end. `alpha`
/// is the share of intervals that may miss the truth. 0: so few runs have none, and show no
/// difference, however large it is.
[[nodiscard]] std::size_t cut_of(const Size& size, double alpha);
[[nodiscard]] inline bool can_show(const Size& size, double alpha) {
  return cut_of(size, alpha) > 0;
}

[[nodiscard]] Shift shift_of(const Evidence& evidence, double alpha);
/// The same for those who need many: `cut` is that of its size.
[[nodiscard]] Shift shift_at(const Evidence& evidence, std::size_t cut);

/// The two-sided p value of B being above A by just this much.
[[nodiscard]] double p_of(const Evidence& evidence, double shift = 0);

}  // namespace backtalk::compare
