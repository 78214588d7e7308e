// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What became of the messages of a run whose mailboxes were watched.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/batches.hpp"
#include "stats/histogram.hpp"

namespace backtalk::stats {

/// What can befall a message.
enum class DeliveryFault : std::uint8_t { lost, twice, elsewhere };

struct DeliveryExample {
  DeliveryFault fault = DeliveryFault::lost;
  std::uint64_t number = 0;
  std::uint64_t age_ns = 0;  ///< since it was accepted (or sent), when it was given up or was told
  friend bool operator==(const DeliveryExample&, const DeliveryExample&) = default;
};

/// Of the messages that were measured. accepted = seen + lost + waiting, always.
struct DeliveryTally {
  static constexpr std::size_t kExamplesMax = 10;  ///< of each kind

  std::uint64_t accepted = 0;
  std::uint64_t seen = 0;
  std::uint64_t lost = 0;  ///< not there when its mailbox was looked through after the patience
  /// Not seen either, but nobody has looked through the mailbox so late: the run was ended before,
  /// or the watch was broken.
  std::uint64_t waiting = 0;
  std::uint64_t late = 0;       ///< of those seen: after the patience, while the run went on
  std::uint64_t twice = 0;      ///< copies beyond the first
  std::uint64_t elsewhere = 0;  ///< copies in mailboxes of other users; in no other count
  /// Seen before the reply came that accepted them, which counts as no time.
  std::uint64_t before_accepted = 0;
  /// Seen, although no reply accepted them: it was a refusal, or there was none.
  std::uint64_t not_accepted = 0;
  std::uint64_t not_tracked = 0;  ///< messages beyond those that are kept track of
  Histogram latency;              ///< from the reply that accepted them to when they were seen
  Histogram from_dot;             ///< from when the dot was sent
  Histogram ages;                 ///< of those lost or waiting: their latency is that or more
  Histogram looks;                ///< between two looks into a mailbox, where it is polled
  BatchSeries batches;            ///< latencies by the time at which they ended; none with ages
  std::vector<DeliveryExample> examples;

  friend bool operator==(const DeliveryTally&, const DeliveryTally&) = default;
};

}  // namespace backtalk::stats
