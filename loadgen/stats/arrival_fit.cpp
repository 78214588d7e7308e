// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/arrival_fit.hpp"

#include <algorithm>
#include <cmath>

namespace backtalk::stats {
namespace {

double exponential(double gap) {
  return -std::expm1(-gap / ArrivalGaps::kMean);
}

// The integral of (a - F)^2 / (F (1 - F)) over F from `low` to `high`, where the share `a` of what
// was measured is below.
double squared_difference(double a, double low, double high) {
  const auto part = [a](double f) {
    const double of_below = a > 0 ? a * a * std::log(f) : 0;
    const double of_above = a < 1 ? (1 - a) * (1 - a) * std::log1p(-f) : 0;
    return of_below - of_above - f;
  };
  return high > low ? part(high) - part(low) : 0;
}

}  // namespace

ExponentialFit fit_exponential(const Histogram& gaps) {
  ExponentialFit out;
  if (gaps.empty()) return out;
  const auto count = static_cast<double>(gaps.count());
  double below = 0;  // how many were
  double reached = 0;
  double sum = 0;
  const auto differ = [&out](double measured, double expected) {
    out.distance = std::max(out.distance, std::abs(measured - expected));
  };
  gaps.for_each_bucket([&](const Histogram::Bucket& bucket) {
    const double low = exponential(static_cast<double>(bucket.lowest));
    const double high = exponential(static_cast<double>(bucket.highest) + 1);
    sum += squared_difference(below / count, reached, low);
    differ(below / count, low);
    const auto here = static_cast<double>(bucket.count);
    sum += squared_difference((below + here / 2) / count, low, high);
    below += here;
    differ(below / count, high);
    reached = high;
  });
  sum += squared_difference(1, reached, 1);
  out.statistic = count * sum;
  return out;
}

double uneven_share(const Histogram& gaps) {
  std::uint64_t uneven = 0;
  gaps.for_each_bucket([&uneven](const Histogram::Bucket& bucket) {
    const bool even = static_cast<double>(bucket.highest) >= ArrivalGaps::kMean / 2 &&
                      static_cast<double>(bucket.lowest) <= ArrivalGaps::kMean * 3 / 2;
    if (!even) uneven += bucket.count;
  });
  return gaps.empty() ? 0 : static_cast<double>(uneven) / static_cast<double>(gaps.count());
}

}  // namespace backtalk::stats
