// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/resolution.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <vector>

#include "compare/paired.hpp"
#include "compare/signed_rank.hpp"
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

}  // namespace

Resolution::Resolution(std::size_t pairs, double alpha) {
  if (walsh_cut(pairs, alpha) == 0 || walsh_cut(pairs, kWidthAlpha) == 0) return;
  // The work of a draw grows with the square of the pairs, and what it varies shrinks.
  const std::size_t draws = std::clamp<std::size_t>(40'000 / pairs, 400, 4000);
  constexpr std::uint64_t kSeed = 1;
  session::SplitMix64 random(kSeed);
  const boost::math::normal noise;
  std::vector<double> needed;
  std::vector<double> widths;
  std::vector<double> drawn(pairs);
  for (std::size_t i = 0; i < draws; ++i) {
    for (double& one : drawn)
      one = quantile(noise, (static_cast<double>(random.next() >> 11U) + 0.5) * 0x1p-53);
    const auto strict = shift_of(drawn, alpha);
    const auto usual = shift_of(drawn, kWidthAlpha);
    // A shift by as much lifts the lower end of the interval above zero.
    needed.push_back(-strict->low);
    widths.push_back(usual->high - usual->low);
  }
  widths_ = share_of(needed, kPower) / share_of(widths, 0.5);
}

std::optional<double> Resolution::of(std::span<const double> differences) const {
  const auto shift = shift_of(differences, kWidthAlpha);
  if (!shift || !widths_) return std::nullopt;
  return *widths_ * (shift->high - shift->low);
}

}  // namespace backtalk::compare
