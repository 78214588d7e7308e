// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backtalk::stats {
namespace {

// NOLINTNEXTLINE(modernize-use-using): __extension__ cannot precede a using declaration
__extension__ typedef unsigned __int128 Wide;

constexpr double kMillionths = 1e6;
constexpr double kRatePerSecondMax = 1e9;
// 10^9 ns per second times 10^6 millionths.
constexpr std::uint64_t kNanosecondMillionths = 1'000'000'000'000'000;
constexpr double kGapMax = 1e19;  // ns; a longer gap does not fit the clock

// Returns 0 if there are no arrivals at all.
std::uint64_t millionths(double rate_per_s) {
  if (!(rate_per_s > 0)) return 0;
  const double rounded = std::round(std::min(rate_per_s, kRatePerSecondMax) * kMillionths);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rounded));
}

std::uint64_t narrow(Wide value) {
  return value > ArrivalSchedule::kNever ? ArrivalSchedule::kNever : static_cast<std::uint64_t>(value);
}

}  // namespace

double ns_of_arrivals(double arrivals, double rate_per_s, std::span<const RateStep> steps,
                      std::uint64_t from_ns) {
  double passed = 0;
  std::uint64_t at = from_ns;
  for (const RateStep& step : steps) {
    if (step.until_ns <= at) continue;
    const auto lasts = static_cast<double>(step.until_ns - at);
    const double brings = std::max(step.rate_per_s, 0.0) * lasts / 1e9;
    if (brings > arrivals) return passed + arrivals / step.rate_per_s * 1e9;
    arrivals -= brings;
    passed += lasts;
    at = step.until_ns;
  }
  return rate_per_s > 0 ? passed + arrivals / rate_per_s * 1e9 : std::numeric_limits<double>::infinity();
}

ArrivalSchedule::ArrivalSchedule(const ArrivalPlan& plan)
    : arrival_(plan.arrival), next_ns_(plan.start_ns), threads_(plan.threads) {
  plan_stretches(plan);
  enter(0);
  if (arrival_ == Arrival::constant) {
    cross_stretches(plan.thread_index);
    return;
  }
  std::seed_seq seeds{static_cast<std::uint32_t>(plan.seed), static_cast<std::uint32_t>(plan.seed >> 32),
                      plan.thread_index};
  random_.seed(seeds);
  pop_poisson();
}

void ArrivalSchedule::plan_stretches(const ArrivalPlan& plan) {
  std::uint64_t begin = 0;
  for (const RateStep& step : plan.steps) {
    if (step.until_ns <= begin) continue;
    begin = step.until_ns;
    stretches_.push_back({narrow(Wide{plan.start_ns} + step.until_ns), millionths(step.rate_per_s)});
  }
  stretches_.push_back({kNever, millionths(plan.rate_per_s)});
}

// Makes the stretch of that index the current one.
void ArrivalSchedule::enter(std::size_t stretch) noexcept {
  stretch_ = stretch;
  until_ns_ = stretches_[stretch].until_ns;
  rate_millionths_ = stretches_[stretch].rate_millionths;
  if (rate_millionths_ == 0) return;
  const Wide gap = Wide{threads_} * kNanosecondMillionths;
  gap_ns_ = narrow(gap / rate_millionths_);
  gap_part_ = static_cast<std::uint64_t>(gap % rate_millionths_);
  mean_gap_ns_ = 1e9 * static_cast<double>(threads_) / (static_cast<double>(rate_millionths_) / kMillionths);
}

void ArrivalSchedule::pop_constant() noexcept {
  const std::uint64_t from_ns = next_ns_;
  const std::uint64_t from_part = part_;
  part_ += gap_part_;
  const bool whole = part_ >= rate_millionths_;
  if (whole) part_ -= rate_millionths_;
  advance(gap_ns_);
  advance(whole ? 1 : 0);
  if (next_ns_ < until_ns_ || from_ns == kNever || until_ns_ == kNever) return;
  next_ns_ = from_ns;
  part_ = from_part;
  cross_stretches(threads_);
}

// Advances by `arrivals` arrivals of all threads together, through as many stretches as that takes.
// The remainder of a stretch is computed exactly, in arrivals times 10^15: its rate in millionths
// per second times nanoseconds.
void ArrivalSchedule::cross_stretches(std::uint64_t arrivals) noexcept {
  Wide needed = Wide{arrivals} * kNanosecondMillionths;
  while (until_ns_ != kNever) {
    const Wide left = Wide{until_ns_ - next_ns_} * rate_millionths_ - part_;
    if (needed < left) break;
    needed -= left;
    next_ns_ = until_ns_;
    part_ = 0;
    enter(stretch_ + 1);
  }
  if (rate_millionths_ == 0) {
    next_ns_ = kNever;
    return;
  }
  needed += part_;
  part_ = static_cast<std::uint64_t>(needed % rate_millionths_);
  advance(narrow(needed / rate_millionths_));
}

void ArrivalSchedule::pop_poisson() noexcept {
  if (next_ns_ == kNever) return;
  // Uniform over (0, 1], so that the logarithm is finite.
  const double uniform = static_cast<double>((random_() >> 11) + 1) * 0x1p-53;
  wait_units(-std::log(uniform));
}

// Advances by `units` mean gaps. Their length may change from stretch to stretch, as a process of
// independent arrivals has no memory.
void ArrivalSchedule::wait_units(double units) noexcept {
  while (true) {
    const bool last = until_ns_ == kNever;
    if (rate_millionths_ > 0) {
      const double lacking = lacking_ns_ + units * mean_gap_ns_;
      const double whole = std::floor(lacking);
      const std::uint64_t left = until_ns_ - next_ns_;
      // Compared as integers: a double does not have all nanoseconds of a gap of 104 days or more.
      if (lacking < kGapMax && (last || static_cast<std::uint64_t>(whole) < left)) {
        lacking_ns_ = lacking - whole;
        advance(static_cast<std::uint64_t>(whole));
        return;
      }
      units = std::max(0.0, lacking - static_cast<double>(left)) / mean_gap_ns_;
    }
    lacking_ns_ = 0;
    if (last) break;
    next_ns_ = until_ns_;
    enter(stretch_ + 1);
  }
  next_ns_ = kNever;
}

void ArrivalSchedule::advance(std::uint64_t gap_ns) noexcept {
  next_ns_ = gap_ns > kNever - next_ns_ ? kNever : next_ns_ + gap_ns;
}

}  // namespace backtalk::stats
