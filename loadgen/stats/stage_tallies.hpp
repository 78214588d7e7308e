// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What one thread counts in each stage of an open loop. A transaction belongs to the stage in
/// which it was due, whenever it begins and ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "session/session.hpp"
#include "stats/batch_interval.hpp"
#include "stats/batches.hpp"
#include "stats/histogram.hpp"
#include "stats/stage.hpp"
#include "stats/transaction_counts.hpp"

namespace backtalk::stats {

/// Latencies of a stage. Because they take memory, a stage has none until a transaction ends.
struct StageLatencies {
  Histogram known;     ///< of those that completed
  Histogram censored;  ///< how old those were that timed out or were unfinished
  Batches batches;     ///< both, by the time at which they were due
};

struct StageTally {
  Stage stage;
  std::uint64_t begins_at = 0;
  TransactionTally counted;
  std::optional<StageLatencies> latencies;  ///< nullopt: nothing ended
  std::uint64_t timed_out = 0;
  NamedCounts errors;  ///< of those that failed
  /// For each half of the stage's time: the transactions that were due in it, and those of any
  /// stage that were answered in it, including refusals.
  std::array<std::uint64_t, 2> due{};
  std::array<std::uint64_t, 2> answered{};

  [[nodiscard]] std::uint64_t middle() const { return begins_at + stage.duration_ns / 2; }
  [[nodiscard]] std::uint64_t end() const { return begins_at + stage.duration_ns; }
  /// The interval of a percentile of all latencies; nullopt if too little is known.
  [[nodiscard]] std::optional<Confidence> interval(double percentile) const;
};

class StageTallies {
 public:
  /// The first stage begins at this time. Until this is called, nothing is counted.
  void start(std::uint64_t begins_at, std::span<const Stage> stages);

  void started(const session::Ticket& ticket);
  void ended(const session::TransactionEnd& end);
  /// A transaction was due in its stage and never began.
  void never_begun(const session::Ticket& ticket, session::Ending ending, std::string_view reason,
                   std::uint64_t now);
  /// A transaction of any stage was answered at this time.
  void answered(std::uint64_t at);

  /// Adds the tallies of another thread, which has the same stages.
  void add(const StageTallies& other);

  [[nodiscard]] std::span<const StageTally> all() const { return all_; }

 private:
  StageTally* of(const session::Ticket& ticket) {
    return ticket.measured && ticket.stage < all_.size() ? &all_[ticket.stage] : nullptr;
  }

  std::vector<StageTally> all_;
};

}  // namespace backtalk::stats
