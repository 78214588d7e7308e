// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/findings.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compare/resolution.hpp"
#include "compare/signed_rank.hpp"

namespace backtalk::compare {
namespace {

Word word_of(const Shift& shift, double p, const Terms& terms) {
  if (terms.same_within) {
    const double margin = std::log1p(*terms.same_within);
    if (shift.low > -margin && shift.high < margin) return Word::same_within;
  }
  if (p > terms.alpha) return Word::no_difference_shown;
  if (shift.high < 0) return Word::b_lower;
  if (shift.low > 0) return Word::b_higher;
  return Word::no_difference_shown;
}

// The p values: those that were named beforehand corrected among themselves (one is not), and so
// are the others.
std::vector<double> corrected(std::span<const Series> series) {
  std::vector<double> out(series.size());
  for (const bool primary : {true, false}) {
    std::vector<std::size_t> members;
    std::vector<double> p;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].primary != primary) continue;
      members.push_back(i);
      p.push_back(p_of(series[i].evidence));
    }
    const std::vector<double> of_many = correct_for_many(p);
    for (std::size_t i = 0; i < members.size(); ++i) out[members[i]] = of_many[i];
  }
  return out;
}

}  // namespace

std::size_t rounds_to_show(std::size_t metrics, double alpha) {
  std::size_t pairs = kRoundsMin;
  while (walsh_cut(pairs, alpha / static_cast<double>(metrics)) == 0) ++pairs;
  return pairs;
}

std::vector<double> correct_for_many(std::span<const double> p) {
  std::vector<std::size_t> by_size(p.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::ranges::sort(by_size, {}, [&p](std::size_t i) { return p[i]; });
  std::vector<double> out(p.size());
  double so_far = 0;
  for (std::size_t rank = 0; rank < p.size(); ++rank) {
    const auto left = static_cast<double>(p.size() - rank);
    so_far = std::max(so_far, std::min(left * p[by_size[rank]], 1.0));
    out[by_size[rank]] = so_far;
  }
  return out;
}

std::vector<Finding> find_differences(std::span<const Series> series, const Terms& terms) {
  const std::vector<double> p = corrected(series);
  std::vector<Finding> out;
  out.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const Shift shift = shift_of(series[i].evidence, terms.alpha);
    out.push_back({.metric = series[i].metric,
                   .ratio = std::exp(shift.estimate),
                   .low = std::exp(shift.low),
                   .high = std::exp(shift.high),
                   .p = p[i],
                   .word = word_of(shift, p[i], terms)});
  }
  return out;
}

void add_resolutions(std::span<Finding> findings, std::span<const Series> series, const Terms& terms) {
  const auto shared = static_cast<double>(std::ranges::count(series, false, &Series::primary));
  const auto named = static_cast<double>(series.size()) - shared;
  struct Known {
    Size size;
    bool primary;
    Resolution resolution;
  };
  std::vector<Known> known;  // to draw noise takes time
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Size size = size_of(series[i].evidence);
    const bool primary = series[i].primary;
    auto found = std::ranges::find_if(
        known, [&](const Known& one) { return one.size == size && one.primary == primary; });
    if (found == known.end()) {
      // What is corrected for many is surely shown at the level that the smallest p needs.
      const double alpha = terms.alpha / (primary ? named : shared);
      found = known.insert(known.end(), {size, primary, Resolution(size, alpha)});
    }
    if (const auto shift = found->resolution.of(series[i].evidence))
      findings[i].resolution = std::expm1(*shift);
  }
}

}  // namespace backtalk::compare
