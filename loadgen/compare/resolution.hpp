// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a comparison could have shown: "no difference shown" says nothing without it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace backtalk::compare {

/// For comparisons of that many pairs which show a difference at `alpha`.
class Resolution {
 public:
  /// Draws normal noise, from a fixed seed, and looks at what it takes to be seen in it.
  Resolution(std::size_t pairs, double alpha);

  /// The smallest shift that differences with this scatter show in 80 % of all comparisons. There
  /// are as many of them as pairs. nullopt: so few show nothing at this level, however large it is.
  [[nodiscard]] std::optional<double> of(std::span<const double> differences) const;

 private:
  /// In units of the width of the interval at 5 %, which unlike the standard deviation does not
  /// grow without bound with one outlier.
  std::optional<double> widths_;
};

}  // namespace backtalk::compare
