// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The order in which the passes of a mix take turns.
#pragma once

#include <cstdint>
#include <numeric>

#include "session/split_mix64.hpp"

namespace backtalk::session {

/// Of as many transactions as all weights add up to, a round, each pass has as many as its weight.
/// They are spread over the round, and each round but the first begins anywhere: a mix is a mix at
/// any time, and connections that go round in step do not always get the same pass.
class PassOrder {
 public:
  /// `weights` is the sum of all, above 0.
  constexpr PassOrder(std::uint64_t weights) : weights_(weights), stride_(stride_of(weights)) {}

  /// The place of a transaction among the weights, below their sum.
  [[nodiscard]] constexpr std::uint64_t place(std::uint64_t number) const noexcept {
    if (weights_ == 1) return 0;
    const std::uint64_t round = number / weights_;
    const std::uint64_t begin = round == 0 ? 0 : SplitMix64::nth(0, round) % weights_;
    return (number % weights_ * stride_ + begin) % weights_;
  }

 private:
  static constexpr double kGoldenSection = 0.6180339887498949;
  static constexpr std::uint64_t kTriedMax = 64;

  // Without a divisor in common with the round: every place is met once. Near the golden section,
  // and the one of several whose continued fraction has the smallest quotients: their sum bounds
  // how unevenly the multiples are spread (Niederreiter 1992, 3.2).
  static constexpr std::uint64_t stride_of(std::uint64_t weights) {
    const auto middle = static_cast<std::uint64_t>(static_cast<double>(weights) * kGoldenSection);
    std::uint64_t best = 1;
    std::uint64_t best_sum = sum_of_quotients(weights, 1);
    for (std::uint64_t i = 0; i < kTriedMax; ++i) {
      const std::uint64_t stride = i % 2 == 0 ? middle - i / 2 : middle + i / 2 + 1;
      if (stride < 2 || stride >= weights || std::gcd(stride, weights) != 1) continue;
      const std::uint64_t sum = sum_of_quotients(weights, stride);
      if (sum < best_sum) {
        best = stride;
        best_sum = sum;
      }
    }
    return best;
  }

  static constexpr std::uint64_t sum_of_quotients(std::uint64_t dividend, std::uint64_t divisor) {
    std::uint64_t sum = 0;
    while (divisor != 0) {
      sum += dividend / divisor;
      const std::uint64_t rest = dividend % divisor;
      dividend = divisor;
      divisor = rest;
    }
    return sum;
  }

  std::uint64_t weights_;
  std::uint64_t stride_;
};

}  // namespace backtalk::session
