// SPDX-License-Identifier: Apache-2.0 OR MIT
/// SplitMix64 (Steele, Lea and Flood 2014): pseudo-random numbers that one seed decides, the same
/// on every platform.
#pragma once

#include <cstdint>

namespace backtalk::session {

class SplitMix64 {
 public:
  explicit constexpr SplitMix64(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept { return mix(state_ += kStep); }

  /// The number that the `n`-th call of `next` of a generator with that seed gives, counted from 0.
  [[nodiscard]] static constexpr std::uint64_t nth(std::uint64_t seed, std::uint64_t n) noexcept {
    return mix(seed + (n + 1) * kStep);
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace backtalk::session
