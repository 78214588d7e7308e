// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How long messages took from the dot to the mailbox, and which did not get there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "result/named_count.hpp"
#include "stats/batch_interval.hpp"
#include "stats/delivery_tally.hpp"

namespace backtalk::result {

struct Deliveries : stats::DeliveryTally {
  std::string watch;  ///< the URL, with its port
  std::uint64_t mailboxes = 0;
  std::uint64_t patience_ns = 0;
  std::vector<NamedCount> errors;  ///< of the sessions that watched

  bool polls = false;  ///< or polls were asked for, even if no mailbox was looked into twice

  /// True if the mailboxes were looked into again and again: `looks` says how often.
  [[nodiscard]] bool polled() const { return polls || !looks.empty(); }
  /// The interval of a percentile of `latency`; nullopt where there are too few batches, or where
  /// some message was not seen.
  [[nodiscard]] std::optional<stats::Confidence> interval(double percentile) const;

  friend bool operator==(const Deliveries&, const Deliveries&) = default;
};

}  // namespace backtalk::result
