// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/resolution.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <vector>

#include "session/split_mix64.hpp"

namespace backtalk::compare {
namespace {

constexpr double kWidthAlpha = 0.05;
constexpr double kPower = 0.80;

double share_of(std::vector<double>& values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

std::vector<double> draw(std::size_t count, session::SplitMix64& random) {
  const boost::math::normal noise;
  std::vector<double> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(quantile(noise, (static_cast<double>(random.next() >> 11U) + 0.5) * 0x1p-53));
  return out;
}

Evidence draw(const Size& size, session::SplitMix64& random) {
  if (size.paired) return Pairs{draw(size.a, random)};
  return Groups{.a = draw(size.a, random), .b = draw(size.b, random)};
}

}  // namespace

Resolution::Resolution(const Size& size, double alpha) {
  const std::size_t strict = cut_of(size, alpha);
  const std::size_t usual = cut_of(size, kWidthAlpha);
  if (strict == 0 || usual == 0) return;
  // The work of a draw grows with the square of the runs, and what it varies shrinks.
  const std::size_t draws = std::clamp<std::size_t>(40'000 / std::max(size.a, size.b), 400, 4000);
  constexpr std::uint64_t kSeed = 1;
  session::SplitMix64 random(kSeed);
  std::vector<double> needed;
  std::vector<double> widths;
  for (std::size_t i = 0; i < draws; ++i) {
    const Evidence drawn = draw(size, random);
    // A shift by as much lifts the lower end of the interval above zero.
    needed.push_back(-shift_at(drawn, strict).low);
    const Shift shift = shift_at(drawn, usual);
    widths.push_back(shift.high - shift.low);
  }
  widths_ = share_of(needed, kPower) / share_of(widths, 0.5);
}

std::optional<double> Resolution::of(const Evidence& evidence) const {
  const Shift shift = shift_of(evidence, kWidthAlpha);
  if (!shift.bounded() || !widths_) return std::nullopt;
  return *widths_ * (shift.high - shift.low);
}

}  // namespace backtalk::compare
