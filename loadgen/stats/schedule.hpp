// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When an open-loop worker sends: instants that depend on the plan alone, never on the answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace backtalk::stats {

enum class Arrival : std::uint8_t {
  constant,  ///< equal gaps
  poisson,   ///< exponential gaps, independent of each other: what many independent users bring about
};

/// A stretch of a run in which the rate stays the same. It begins where the one before it ends.
struct RateStep {
  std::uint64_t until_ns =
      0;                  ///< since the start; a step that is not later than the one before it is skipped
  double rate_per_s = 0;  ///< of all threads together
};

/// What is asked of all threads together, and which of them this one is.
struct ArrivalPlan {
  double rate_per_s = 1;  ///< all threads together; see `ArrivalSchedule` for the odd ones
  std::vector<RateStep> steps =
      {};  ///< the rates before that, in order of time; none: there is one rate only
  Arrival arrival = Arrival::constant;
  std::uint32_t threads = 1;       ///< at least 1
  std::uint32_t thread_index = 0;  ///< below `threads`
  std::uint64_t start_ns = 0;      ///< on whichever clock the caller keeps
  std::uint64_t seed = 1;          ///< Poisson only: the same seed gives the same instants
};

/// The nanoseconds, from `from_ns` after the start on, in which the plan's rates bring about so many arrivals;
/// infinite if they never do.
[[nodiscard]] double ns_of_arrivals(double arrivals, double rate_per_s, std::span<const RateStep> steps,
                                    std::uint64_t from_ns);

/// One thread's arrival instants, in constant memory. They never decrease. Not thread safe.
///
/// Constant: arrival n of all threads together is due at the instant at which the integral of the rate over
/// the time since `start` goes beyond n, rounded down to a nanosecond, exactly, however long the run: with one
/// rate at `start + floor(n * 10^9 / rate)`. Thread i of T has the arrivals i, i + T, i + 2T, ... So the first
/// of the run is due at `start`, and any number of threads gives the same instants. Poisson: each thread is a
/// process of its own, of rate / T.
///
/// The rate is kept in millionths per second. One that is not positive (or not a number) means no arrivals; a
/// positive one is taken as at least 0.000001/s and at most 10^9/s.
class ArrivalSchedule {
 public:
  /// What `next` says when there are no more arrivals, or the next is later than the clock can tell.
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  explicit ArrivalSchedule(const ArrivalPlan& plan);

  /// The instant of the next arrival, in ns; it stays until `pop`.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_ns_; }

  /// Goes on to the arrival after it.
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
  std::size_t stretch_ = 0;            // in which next_ns_ lies
  std::uint64_t until_ns_ = kNever;    // its end
  std::uint64_t rate_millionths_ = 0;  // its rate

  // Constant: the gap is gap_ns_ + gap_part_ / rate_millionths_, and next_ns_ lacks part_ / rate_millionths_.
  std::uint64_t gap_ns_ = 0;
  std::uint64_t gap_part_ = 0;
  std::uint64_t part_ = 0;

  // Poisson: the mean gap, and the part of a nanosecond that next_ns_ lacks.
  double mean_gap_ns_ = 0;
  double lacking_ns_ = 0;
  std::mt19937_64 random_;
};

}  // namespace backtalk::stats
