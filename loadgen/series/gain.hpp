// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where a server's gain ends: from which step of a sweep on no later one gets more through.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace backtalk::series {

/// A later step gains if it gets so much more through. Of single runs less says nothing.
inline constexpr double kGainMin = 0.05;
/// It also has to be this many times as much more as the intervals of both runs allow for: a sweep
/// compares many pairs, and 1 of 20 differs by more than one interval by chance.
inline constexpr double kIntervalsMin = 1.5;

/// What one step got through.
struct GainPoint {
  double per_s = 0;
  double half_interval = 0;  ///< half of its 95 % interval, per second; 0: it is known exactly
  bool holds = true;         ///< false: the run failed or missed a rule, and gains nothing
};

/// Whether `later` gets more through than `earlier`, by more than `kGainMin` and than what both
/// scatter. The scatter of two runs is the root of the sum of squares.
[[nodiscard]] bool gains(const GainPoint& earlier, const GainPoint& later);

/// The first point that holds and over which no later one gains that holds; nullopt if none holds.
/// Points are in order of what is increased.
[[nodiscard]] std::optional<std::size_t> gain_ends(std::span<const GainPoint> points);

}  // namespace backtalk::series
