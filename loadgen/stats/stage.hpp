// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The stages of an open loop whose rate changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/schedule.hpp"

namespace backtalk::stats {

/// A stretch of a run in which the rate moves in a straight line. It begins where the previous one
/// ends.
struct Stage {
  std::uint64_t duration_ns = 0;
  double from_per_s = 0;
  double to_per_s = 0;
  friend bool operator==(const Stage&, const Stage&) = default;

  [[nodiscard]] double mean_per_s() const { return (from_per_s + to_per_s) / 2; }
  /// How many transactions fall due in it.
  [[nodiscard]] double arrivals() const { return mean_per_s() * static_cast<double>(duration_ns) / 1e9; }
};

/// Each stage has histograms of its own.
inline constexpr std::size_t kStagesMax = 100;

/// The steps of a schedule that begins with `before_ns` at the rate `before_per_s` and continues
/// with the stages. A line that rises or falls becomes `kStepsOfLine` steps, each with the rate of
/// its middle, so that a stage has exactly as many transactions as its line.
inline constexpr std::uint64_t kStepsOfLine = 200;
[[nodiscard]] std::vector<RateStep> steps_of(std::span<const Stage> stages, std::uint64_t before_ns,
                                             double before_per_s);

}  // namespace backtalk::stats
