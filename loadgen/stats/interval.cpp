// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/interval.hpp"

namespace backtalk::stats {

void IntervalCounts::add(const IntervalCounts& other) noexcept {
  started += other.started;
  completed += other.completed;
  failed += other.failed;
  timed_out += other.timed_out;
  refused += other.refused;
  unfinished += other.unfinished;
  octets_sent += other.octets_sent;
  octets_received += other.octets_received;
}

void Interval::merge(const Interval& other) noexcept {
  add(other);
  latency.merge(other.latency);
  errors.merge(other.errors);
}

void Interval::reset() noexcept {
  static_cast<IntervalCounts&>(*this) = {};
  index = 0;
  latency.reset();
  errors.reset();
}

}  // namespace backtalk::stats
