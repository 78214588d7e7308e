// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace backtalk::stats {
namespace {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ takes no using

constexpr double kMillionths = 1e6;
constexpr double kRatePerSecondMax = 1e9;
constexpr std::uint64_t kNanosecondMillionths = 1'000'000'000'000'000;  // 10^9 ns a second, 10^6 millionths
constexpr double kGapMax = 1e19;                                        // ns; more does not fit the clock

// 0 for no arrivals at all.
std::uint64_t millionths(double rate_per_s) {
  if (!(rate_per_s > 0)) return 0;
  const double rounded = std::round(std::min(rate_per_s, kRatePerSecondMax) * kMillionths);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rounded));
}

std::uint64_t narrow(Wide value) {
  return value > ArrivalSchedule::kNever ? ArrivalSchedule::kNever : static_cast<std::uint64_t>(value);
}

}  // namespace

ArrivalSchedule::ArrivalSchedule(const ArrivalPlan& plan)
    : arrival_(plan.arrival), next_ns_(plan.start_ns), rate_millionths_(millionths(plan.rate_per_s)) {
  if (rate_millionths_ == 0) {
    next_ns_ = kNever;
  } else if (arrival_ == Arrival::constant) {
    start_constant(plan);
  } else {
    start_poisson(plan);
  }
}

void ArrivalSchedule::start_constant(const ArrivalPlan& plan) {
  const Wide first = Wide{plan.thread_index} * kNanosecondMillionths;
  const Wide gap = Wide{plan.threads} * kNanosecondMillionths;
  gap_ns_ = narrow(gap / rate_millionths_);
  gap_part_ = static_cast<std::uint64_t>(gap % rate_millionths_);
  part_ = static_cast<std::uint64_t>(first % rate_millionths_);
  advance(narrow(first / rate_millionths_));
}

void ArrivalSchedule::start_poisson(const ArrivalPlan& plan) {
  const double rate_per_s = static_cast<double>(rate_millionths_) / kMillionths;
  mean_gap_ns_ = 1e9 * static_cast<double>(plan.threads) / rate_per_s;
  std::seed_seq seeds{static_cast<std::uint32_t>(plan.seed), static_cast<std::uint32_t>(plan.seed >> 32),
                      plan.thread_index};
  random_.seed(seeds);
  pop_poisson();
}

void ArrivalSchedule::pop_constant() noexcept {
  part_ += gap_part_;
  const bool whole = part_ >= rate_millionths_;
  if (whole) part_ -= rate_millionths_;
  advance(gap_ns_);
  advance(whole ? 1 : 0);
}

void ArrivalSchedule::pop_poisson() noexcept {
  // Uniform over (0, 1], so that the logarithm is finite.
  const double uniform = static_cast<double>((random_() >> 11) + 1) * 0x1p-53;
  lacking_ns_ -= std::log(uniform) * mean_gap_ns_;
  if (!(lacking_ns_ < kGapMax)) {
    next_ns_ = kNever;
    lacking_ns_ = 0;
    return;
  }
  const double whole = std::floor(lacking_ns_);
  lacking_ns_ -= whole;
  advance(static_cast<std::uint64_t>(whole));
}

void ArrivalSchedule::advance(std::uint64_t gap_ns) noexcept {
  next_ns_ = gap_ns > kNever - next_ns_ ? kNever : next_ns_ + gap_ns;
}

}  // namespace backtalk::stats
