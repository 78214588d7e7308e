// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/paired.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "compare/signed_rank.hpp"

namespace backtalk::compare {
namespace {

// In ascending order.
std::vector<double> walsh_averages(std::span<const double> differences) {
  std::vector<double> out;
  out.reserve(differences.size() * (differences.size() + 1) / 2);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) out.push_back((differences[i] + differences[j]) / 2);
  }
  std::ranges::sort(out);
  return out;
}

double median_of(std::span<const double> sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::optional<Shift> shift_of(std::span<const double> differences, double alpha) {
  const std::size_t cut = walsh_cut(differences.size(), alpha);
  if (cut == 0) return std::nullopt;
  const std::vector<double> averages = walsh_averages(differences);
  return Shift{
      .estimate = median_of(averages), .low = averages[cut - 1], .high = averages[averages.size() - cut]};
}

}  // namespace backtalk::compare
