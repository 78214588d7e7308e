// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a comparison could have shown: "no difference shown" says nothing without it.
#pragma once

#include <optional>

#include "compare/evidence.hpp"

namespace backtalk::compare {

/// For comparisons of that many runs which show a difference at `alpha`.
class Resolution {
 public:
  /// Draws normal noise, from a fixed seed, and looks at what it takes to be seen in it.
  Resolution(const Size& size, double alpha);

  /// The smallest shift that runs with this scatter show in 80 % of all comparisons. There are as
  /// many of them as the size says. nullopt: so few show nothing at this level, however large it
  /// is.
  [[nodiscard]] std::optional<double> of(const Evidence& evidence) const;

 private:
  /// In units of the width of the interval at 5 %, which unlike the standard deviation does not
  /// grow without bound with one outlier.
  std::optional<double> widths_;
};

}  // namespace backtalk::compare
