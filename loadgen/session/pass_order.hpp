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
  // Near the golden section, whose multiples are spread evenly, and without a divisor in common
  // with the round: every place is met once.
  static constexpr std::uint64_t stride_of(std::uint64_t weights) {
    std::uint64_t stride = weights / 8 * 5 + weights % 8 * 5 / 8;
    while (stride > 1 && std::gcd(stride, weights) != 1) --stride;
    return stride > 0 ? stride : 1;
  }

  std::uint64_t weights_;
  std::uint64_t stride_;
};

}  // namespace backtalk::session
