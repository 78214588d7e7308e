// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/think_time.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "backtalk/detail/expect.hpp"

namespace backtalk::session {
namespace {

// Above 0 and up to 1: its logarithm is finite.
double draw_share(SplitMix64& random) {
  constexpr double kSteps = 0x1p53;
  constexpr unsigned kUnused = 11;
  return (static_cast<double>(random.next() >> kUnused) + 1) / kSteps;
}

// Box and Muller 1958.
double draw_standard_normal(SplitMix64& random) {
  const double length = std::sqrt(-2 * std::log(draw_share(random)));
  return length * std::cos(2 * std::numbers::pi * draw_share(random));
}

}  // namespace

ThinkTime ThinkTime::constant(Nanoseconds time) {
  BACKTALK_EXPECT(time <= kMax);
  return {Kind::constant, time, 0};
}

ThinkTime ThinkTime::uniform(Nanoseconds low, Nanoseconds high) {
  BACKTALK_EXPECT(low <= high && high <= kMax);
  return {Kind::uniform, low, high};
}

ThinkTime ThinkTime::exponential(Nanoseconds mean) {
  BACKTALK_EXPECT(mean <= kMax);
  return {Kind::exponential, mean, 0};
}

ThinkTime ThinkTime::normal(Nanoseconds mean, Nanoseconds deviation) {
  BACKTALK_EXPECT(mean <= kMax && deviation <= kMax);
  return {Kind::normal, mean, deviation};
}

Nanoseconds ThinkTime::draw(SplitMix64& random) const {
  const auto first = static_cast<double>(first_);
  const auto second = static_cast<double>(second_);
  switch (kind_) {
    case Kind::constant: break;
    case Kind::uniform: return first_ + static_cast<Nanoseconds>((second - first) * (1 - draw_share(random)));
    case Kind::exponential: return static_cast<Nanoseconds>(-first * std::log(draw_share(random)));
    case Kind::normal:
      return static_cast<Nanoseconds>(std::max(0.0, first + second * draw_standard_normal(random)));
  }
  return first_;
}

// By the tails of the sums: of normal ones 4.8 standard deviations; of exponential ones, whose sum
// has a Gamma distribution, less than k + 5.3 sqrt(k) + 14 means.
Nanoseconds ThinkTime::sum_max(std::uint64_t count) const noexcept {
  const auto first = static_cast<double>(first_);
  const auto second = static_cast<double>(second_);
  const auto each = static_cast<double>(count);
  double sum = 0;
  switch (kind_) {
    case Kind::constant: sum = each * first; break;
    case Kind::uniform: sum = each * second; break;
    case Kind::exponential: sum = first * (each + 5.3 * std::sqrt(each) + 14); break;
    // What is cut off at nothing adds up to 0.4 standard deviations to the mean.
    case Kind::normal: sum = each * (first + 0.4 * second) + 4.8 * second * std::sqrt(each); break;
  }
  constexpr double kMost = 0x1p62;
  return static_cast<Nanoseconds>(std::min(sum, kMost));
}

Nanoseconds ThinkTime::mean() const noexcept {
  return kind_ == Kind::uniform ? first_ + (second_ - first_) / 2 : first_;
}

}  // namespace backtalk::session
