// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the live view of a run shows, as it stands at one instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/interval.hpp"

namespace backtalk::live {

enum class Phase : std::uint8_t {
  opening,     ///< sessions are being opened, and the clock has not started
  warming_up,  ///< --warmup
  measuring,
  draining,  ///< nothing begins any more: the last answers are waited for
  stopping   ///< the same after Ctrl-C
};

/// How many values are below `below_ns`, and not below the limit of the bar before.
struct Bar {
  std::uint64_t below_ns = 0;
  std::uint64_t count = 0;
  friend bool operator==(const Bar&, const Bar&) = default;
};

struct NamedError {
  std::string name;  ///< octets: a server may have had a part in it
  std::uint64_t count = 0;
};

/// The last second that is over.
struct LastSecond {
  std::uint64_t t_s = 0;  ///< when it ended
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
};

enum class Standing : std::uint8_t {
  unknown,  ///< nothing is measured yet
  holds,
  in_doubt,  ///< as it is now, the result would not be valid
  fails      ///< as it is now, the exit status would be 1
};

/// What the run would be told if it ended now.
struct VerdictSoFar {
  Standing standing = Standing::unknown;
  std::vector<std::string> sentences;  ///< why it is not valid, the worst first
};

/// How much of a thing is in use.
struct InUse {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;  ///< 0: not known
};

struct Figures {
  std::string url;
  std::string step;         ///< of several runs: "run 2 of 5"; empty: there is one
  std::string transaction;  ///< what one is called: "message"
  Phase phase = Phase::opening;
  std::uint64_t measured_ns = 0;
  std::uint64_t counted_ns = 0;  ///< the part of it that `counted` is about
  /// Until the phase is over; nullopt: nobody knows.
  std::optional<std::uint64_t> left_ns;
  std::uint64_t duration_ns = 0;       ///< of the measured part; 0: a count ends it
  std::uint64_t transactions_max = 0;  ///< that count; 0: the duration ends it

  std::optional<double> rate_asked;  ///< per second, now; nullopt: a closed loop
  bool rate_is_of_sessions = false;  ///< it is asked of sessions, not of transactions
  std::optional<LastSecond> last_second;
  std::uint64_t in_flight = 0;
  stats::IntervalCounts counted;
  std::string p50;  ///< overall, as the summary shows it: "1.23 ms", "needs 662"
  std::string p99;
  std::string max;
  std::vector<Bar> latency;  ///< in order
  std::vector<NamedError> errors;
  std::uint64_t other_errors = 0;  ///< that have none of these names
  VerdictSoFar verdict;

  std::uint64_t sessions_asked = 0;
  std::uint64_t connections = 0;  ///< open
  InUse descriptors;
  std::optional<InUse> ports;          ///< nullopt: there are none, or they cannot be counted
  std::optional<std::uint64_t> waits;  ///< ports in TIME_WAIT, on the whole machine
  std::optional<double> busy;          ///< the busiest thread's share of a core, lately
};

}  // namespace backtalk::live
