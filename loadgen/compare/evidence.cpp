// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/evidence.hpp"

#include <algorithm>

#include "compare/rank_sum.hpp"
#include "compare/signed_rank.hpp"

namespace backtalk::compare {
namespace {

// In ascending order, as are `all_differences`.
std::vector<double> walsh_averages(std::span<const double> differences) {
  std::vector<double> out;
  out.reserve(differences.size() * (differences.size() + 1) / 2);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) out.push_back((differences[i] + differences[j]) / 2);
  }
  std::ranges::sort(out);
  return out;
}

std::vector<double> all_differences(const Groups& groups) {
  std::vector<double> out;
  out.reserve(groups.a.size() * groups.b.size());
  for (const double a : groups.a) {
    for (const double b : groups.b) out.push_back(b - a);
  }
  std::ranges::sort(out);
  return out;
}

double median_of(std::span<const double> sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::size_t cut_of(const Size& size, double alpha) {
  return size.paired ? walsh_cut(size.a, alpha) : difference_cut(size.a, size.b, alpha);
}

Shift shift_of(const Evidence& evidence, double alpha) {
  return shift_at(evidence, cut_of(size_of(evidence), alpha));
}

Shift shift_at(const Evidence& evidence, std::size_t cut) {
  const auto* pairs = std::get_if<Pairs>(&evidence);
  const std::vector<double> sorted =
      pairs != nullptr ? walsh_averages(pairs->differences) : all_differences(std::get<Groups>(evidence));
  Shift out;
  if (sorted.empty()) return out;
  out.estimate = median_of(sorted);
  if (cut > 0) {
    out.low = sorted[cut - 1];
    out.high = sorted[sorted.size() - cut];
  }
  return out;
}

double p_of(const Evidence& evidence, double shift) {
  Evidence shifted = evidence;
  if (auto* pairs = std::get_if<Pairs>(&shifted)) {
    for (double& one : pairs->differences) one -= shift;
    return signed_rank_p(pairs->differences);
  }
  auto& groups = std::get<Groups>(shifted);
  for (double& one : groups.b) one -= shift;
  return rank_sum_p(groups.a, groups.b);
}

Size size_of(const Evidence& evidence) {
  if (const auto* pairs = std::get_if<Pairs>(&evidence))
    return {.a = pairs->differences.size(), .b = pairs->differences.size(), .paired = true};
  const auto& groups = std::get<Groups>(evidence);
  return {.a = groups.a.size(), .b = groups.b.size(), .paired = false};
}

}  // namespace backtalk::compare
