// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The sessions of a load in which they arrive by the clock.
#pragma once

#include <cstdint>

#include "session/session.hpp"
#include "stats/histogram.hpp"

namespace backtalk::stats {

/// Of the measured part: those that fell due in it. What is begun ends once.
struct SessionTally {
  std::uint64_t started = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t found_all_busy = 0;  ///< fell due while every connection was in use
  /// Of completed ones, from the instant at which they were to arrive to the end of the connection.
  Histogram latency;
  /// How old those were that timed out or were unfinished.
  Histogram censored;

  void began(const session::Ticket& arrival) { started += arrival.measured ? 1 : 0; }

  /// `timed_out`: of one that failed. `age_ns` is its latency, if it completed.
  void ended(const session::Ticket& arrival, session::Ending ending, bool timed_out, std::uint64_t age_ns) {
    if (!arrival.measured) return;
    switch (ending) {
      case session::Ending::completed:
        ++completed;
        latency.record(age_ns);
        return;
      case session::Ending::failed: ++failed; break;
      case session::Ending::unfinished: ++unfinished; break;
    }
    if (timed_out || ending == session::Ending::unfinished) censored.record(age_ns);
  }

  void add(const SessionTally& other) {
    started += other.started;
    completed += other.completed;
    failed += other.failed;
    unfinished += other.unfinished;
    found_all_busy += other.found_all_busy;
    latency.merge(other.latency);
    censored.merge(other.censored);
  }
};

}  // namespace backtalk::stats
