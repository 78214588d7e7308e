// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How long a client waits of its own accord, as the user of a mail client does who reads: always
/// the same time, or one that is drawn each time.
#pragma once

#include <cstdint>

#include "session/session.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::session {

class ThinkTime {
 public:
  /// The longest time that a distribution can be made of: what is drawn fits in Nanoseconds.
  static constexpr Nanoseconds kMax = Nanoseconds{7} * 24 * 3600 * 1'000'000'000;

  /// No time at all.
  constexpr ThinkTime() = default;

  /// All parameters are at most `kMax`.
  [[nodiscard]] static ThinkTime constant(Nanoseconds time);
  /// Uniform from `low` to `high`. `low` is at most `high`.
  [[nodiscard]] static ThinkTime uniform(Nanoseconds low, Nanoseconds high);
  [[nodiscard]] static ThinkTime exponential(Nanoseconds mean);
  /// Normal; what would be less than nothing is nothing.
  [[nodiscard]] static ThinkTime normal(Nanoseconds mean, Nanoseconds deviation);

  /// Nothing but no time at all is ever drawn.
  [[nodiscard]] bool empty() const noexcept { return first_ == 0 && second_ == 0; }
  [[nodiscard]] Nanoseconds draw(SplitMix64& random) const;
  /// Of what is drawn; of a normal distribution without what is cut off.
  [[nodiscard]] Nanoseconds mean() const noexcept;
  /// What `count` draws together hardly ever exceed, with less than one in a million; never if
  /// the time is bounded. At most 2^62.
  [[nodiscard]] Nanoseconds sum_max(std::uint64_t count) const noexcept;

  friend bool operator==(const ThinkTime&, const ThinkTime&) = default;

 private:
  enum class Kind : std::uint8_t { constant, uniform, exponential, normal };
  constexpr ThinkTime(Kind kind, Nanoseconds first, Nanoseconds second)
      : kind_(kind), first_(first), second_(second) {}

  Kind kind_ = Kind::constant;
  Nanoseconds first_ = 0;   // the time, the lowest, or the mean
  Nanoseconds second_ = 0;  // the highest, or the standard deviation
};

}  // namespace backtalk::session
