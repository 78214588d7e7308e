// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What happened in one interval of a run.
#pragma once

#include <cstdint>

#include "stats/error_counts.hpp"
#include "stats/histogram.hpp"

namespace backtalk::stats {

/// Of measured transactions. A transaction is counted as started in the interval in which it began,
/// and under its end in the one in which it ended: over the whole run, and only there, `started` is
/// `completed` + `failed` + `unfinished`.
struct IntervalCounts {
  std::uint64_t started = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t timed_out = 0;  ///< of the failed ones
  std::uint64_t refused = 0;    ///< of the failed ones: the server answered, and not as it should
  std::uint64_t unfinished = 0;
  std::uint64_t octets_sent = 0;  ///< by the sessions, before encryption
  std::uint64_t octets_received = 0;

  void add(const IntervalCounts& other) noexcept;
  friend constexpr bool operator==(const IntervalCounts&, const IntervalCounts&) = default;
};

/// What one worker, or all of them, counted in one interval.
struct Interval : IntervalCounts {
  std::uint64_t index = 0;  ///< 0 for the first interval of the run
  Histogram latency;        ///< of completed transactions
  ErrorCounts errors;       ///< of transactions and of connections

  /// Adds the counts of `other` and keeps the index.
  void merge(const Interval& other) noexcept;
  /// Sets all counts to 0 without deallocating anything.
  void reset() noexcept;
};

}  // namespace backtalk::stats
