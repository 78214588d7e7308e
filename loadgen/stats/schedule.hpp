// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When an open-loop worker sends: at instants that depend on the plan alone, never on the replies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "stats/arrival.hpp"

namespace backtalk::stats {

/// A stretch of a run with a constant rate. It begins where the previous one ends.
struct RateStep {
  /// Since the start; a step that does not end after the previous one is skipped.
  std::uint64_t until_ns = 0;
  double rate_per_s = 0;  ///< of all threads together
};

/// The rate of all threads together, and which of the threads this one is.
struct ArrivalPlan {
  /// Of all threads together; `ArrivalSchedule` says how unusual rates are treated.
  double rate_per_s = 1;
  /// Earlier rates, in order of time; empty: the rate is constant.
  std::vector<RateStep> steps = {};
  Arrival arrival = Arrival::constant;
  std::uint32_t threads = 1;       ///< at least 1
  std::uint32_t thread_index = 0;  ///< below `threads`
  std::uint64_t start_ns = 0;      ///< on any clock that the caller chooses
  std::uint64_t seed = 1;          ///< Poisson only: the same seed gives the same instants
};

/// Returns how many nanoseconds the plan's rates take to produce `arrivals` arrivals, counted from
/// `from_ns` after the start; infinity if they never do.
[[nodiscard]] double ns_of_arrivals(double arrivals, double rate_per_s, std::span<const RateStep> steps,
                                    std::uint64_t from_ns);

/// One thread's arrival instants, in constant memory. They never decrease. Not thread safe.
///
/// Constant: arrival n of all threads together is due when the integral of the rate since `start`
/// exceeds n, rounded down to a nanosecond. This is exact however long the run is; with a single
/// rate it is `start + floor(n * 10^9 / rate)`. Thread i of T has the arrivals i, i + T, i + 2T,
/// ... So the first arrival of the run is due at `start`, and any number of threads gives the same
/// instants. Poisson: each thread is an independent process with the rate divided by T.
///
/// The rate is stored in millionths per second. A rate that is not positive (or not a number) means
/// no arrivals; a positive rate is limited to the range from 0.000001/s to 10^9/s.
class ArrivalSchedule {
 public:
  /// The value of `next` if there are no more arrivals or the next one is beyond the clock's range.
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  explicit ArrivalSchedule(const ArrivalPlan& plan);

  /// The instant of the next arrival, in ns. It does not change until `pop`.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_ns_; }

  /// Advances to the following arrival.
  void pop() noexcept {
    if (arrival_ == Arrival::constant) {
      pop_constant();
    } else {
      pop_poisson();
    }
  }

 private:
  // A stretch with one rate.
  struct Stretch {
    std::uint64_t until_ns;         // on the caller's clock; kNever: the last one
    std::uint64_t rate_millionths;  // in millionths per second
  };

  void plan_stretches(const ArrivalPlan& plan);
  void enter(std::size_t stretch) noexcept;
  void pop_constant() noexcept;
  void pop_poisson() noexcept;
  void cross_stretches(std::uint64_t arrivals) noexcept;
  void wait_units(double units) noexcept;
  void advance(std::uint64_t gap_ns) noexcept;

  Arrival arrival_;
  std::uint64_t next_ns_;
  std::uint32_t threads_;
  std::vector<Stretch> stretches_;
  std::size_t stretch_ = 0;            // the stretch that contains next_ns_
  std::uint64_t until_ns_ = kNever;    // its end
  std::uint64_t rate_millionths_ = 0;  // its rate

  // Constant: the gap is gap_ns_ + gap_part_ / rate_millionths_; the exact instant is next_ns_ +
  // part_ / rate_millionths_.
  std::uint64_t gap_ns_ = 0;
  std::uint64_t gap_part_ = 0;
  std::uint64_t part_ = 0;

  // Poisson: the mean gap, and the fraction of a nanosecond to add to next_ns_.
  double mean_gap_ns_ = 0;
  double lacking_ns_ = 0;
  std::mt19937_64 random_;
};

}  // namespace backtalk::stats
