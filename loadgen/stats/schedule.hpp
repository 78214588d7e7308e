// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When an open-loop worker sends: instants that depend on the plan alone, never on the answers.
#pragma once

#include <cstdint>
#include <random>

namespace backtalk::stats {

enum class Arrival : std::uint8_t {
  constant,  ///< equal gaps
  poisson,   ///< exponential gaps, independent of each other: what many independent users bring about
};

/// What is asked of all threads together, and which of them this one is.
struct ArrivalPlan {
  double rate_per_s = 1;  ///< all threads together; see `ArrivalSchedule` for the odd ones
  Arrival arrival = Arrival::constant;
  std::uint32_t threads = 1;       ///< at least 1
  std::uint32_t thread_index = 0;  ///< below `threads`
  std::uint64_t start_ns = 0;      ///< on whichever clock the caller keeps
  std::uint64_t seed = 1;          ///< Poisson only: the same seed gives the same instants
};

/// One thread's arrival instants, in constant memory. They never decrease. Not thread safe.
///
/// Constant: arrival n of all threads together is due at `start + floor(n * 10^9 / rate)` exactly, however
/// long the run, and thread i of T has the arrivals i, i + T, i + 2T, ... So the first of the run is due at
/// `start`, and any number of threads gives the same instants. Poisson: each thread is a process of its own,
/// of rate / T.
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
  void start_constant(const ArrivalPlan& plan);
  void start_poisson(const ArrivalPlan& plan);
  void pop_constant() noexcept;
  void pop_poisson() noexcept;
  void advance(std::uint64_t gap_ns) noexcept;

  Arrival arrival_;
  std::uint64_t next_ns_;
  std::uint64_t rate_millionths_ = 0;  // in millionths per second

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
