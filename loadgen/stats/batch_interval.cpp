// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/batch_interval.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "stats/likeness.hpp"

namespace backtalk::stats {
namespace {

constexpr double kLevel = 0.95;
constexpr double kLikenessMax = 0.9;  // of neighbouring batches: more cannot be told from a drift

// Each `together` batches as one; what is left over at the end is dropped.
BatchSeries joined(const BatchSeries& batches, std::size_t together) {
  BatchSeries out{.width_ns = batches.width_ns * together};
  for (std::size_t i = 0; i + together <= batches.latency.size(); i += together) {
    Histogram& sum = out.latency.emplace_back();
    for (std::size_t one = i; one < i + together; ++one) sum.merge(batches.latency[one]);
  }
  return out;
}

// Ranks from 1; equal values share theirs.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<double> out;
  for (const double value : values) {
    const auto below = std::ranges::count_if(values, [value](double other) { return other < value; });
    const auto same = std::ranges::count(values, value);
    out.push_back(static_cast<double>(below) + (static_cast<double>(same) + 1) / 2);
  }
  return out;
}

double rank_correlation_with_time(std::span<const double> values) {
  const std::vector<double> ranks = ranks_of(values);
  const double middle = (static_cast<double>(values.size()) + 1) / 2;
  double both = 0;
  double of_ranks = 0;
  double of_times = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const double time = static_cast<double>(i) + 1 - middle;
    both += time * (ranks[i] - middle);
    of_ranks += (ranks[i] - middle) * (ranks[i] - middle);
    of_times += time * time;
  }
  return of_ranks > 0 ? both / std::sqrt(of_ranks * of_times) : 0;
}

double drift_p(std::span<const double> values) {
  const double r = rank_correlation_with_time(values);
  const double degrees = static_cast<double>(values.size()) - 2;
  if (std::abs(r) >= 1) return 0;
  const double t = std::abs(r) * std::sqrt(degrees / (1 - r * r));
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), t));
}

// One-sided: neighbours that are alike.
double above_normal(double z) {
  return boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

double correlation_p(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  return above_normal((likeness(values) + 1 / n) * std::sqrt(n));
}

// Wald and Wolfowitz 1940: of values above and below the median, those that equal it left out.
double runs_p(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double median = (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
  double above = 0;
  double below = 0;
  double runs = 0;
  int last = 0;
  for (const double value : values) {
    if (value == median) continue;
    const int side = value > median ? 1 : -1;
    ++(side > 0 ? above : below);
    if (side != last) ++runs;
    last = side;
  }
  const double n = above + below;
  if (above < 2 || below < 2) return 1;
  const double expected = 2 * above * below / n + 1;
  const double variance = (expected - 1) * (expected - 2) / (n - 1);
  return above_normal((expected - runs - 0.5) / std::sqrt(variance));
}

}  // namespace

std::vector<double> batch_percentiles(const BatchSeries& batches, double percentile) {
  std::vector<double> out;
  if (batches.latency.size() < kBatchesMin) return out;
  const std::uint64_t needed = samples_for(percentile);
  for (const Histogram& one : batches.latency) {
    if (one.count() < needed) return {};
    out.push_back(std::max(static_cast<double>(one.value_at_percentile(percentile)), 1.0));
  }
  return out;
}

std::optional<Confidence> batch_interval(const BatchSeries& batches, double percentile, std::uint64_t value) {
  const BatchSeries large = joined(batches, std::max<std::size_t>(batches.latency.size() / kBatchesMin, 1));
  std::vector<double> values = batch_percentiles(large, percentile);
  if (values.empty() || value == 0) return std::nullopt;
  Histogram all;
  for (const Histogram& one : large.latency) all.merge(one);
  const double whole = std::log(std::max(static_cast<double>(all.value_at_percentile(percentile)), 1.0));
  double squares = 0;
  for (double& one : values) {
    one = std::log(one);
    squares += (one - whole) * (one - whole);
  }
  const auto n = static_cast<double>(values.size());
  const double alike = std::clamp(likeness(values) + 1 / n, 0.0, kLikenessMax);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), (1 + kLevel) / 2);
  const double error = std::sqrt(squares / (n - 1) / n * (1 + alike) / (1 - alike));
  // What the batches do not tell apart, their scatter does not show.
  const double half = std::max(t * error, Batches::kResolution / 2);
  const auto centre = static_cast<double>(value);
  // No latency is greater, and batches of very different latencies would not fit an integer.
  constexpr auto kHighest = static_cast<double>(Histogram::kHighestTrackable);
  return Confidence{
      .low = static_cast<std::uint64_t>(std::floor(centre * std::exp(-half))),
      .high = static_cast<std::uint64_t>(std::clamp(std::ceil(centre * std::exp(half)), centre, kHighest))};
}

Stability stability_of(std::span<const double> values) {
  const std::size_t quarter = std::max<std::size_t>(values.size() / 4, 1);
  const double first = mean_of(values.first(quarter));
  const double last = mean_of(values.last(quarter));
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {.drift_p = drift_p(values),
          .correlation_p = correlation_p(values),
          .runs_p = runs_p(values),
          .change = last / first - 1,
          .spread = std::sqrt(squares / static_cast<double>(values.size() - 1)) / mean};
}

}  // namespace backtalk::stats
