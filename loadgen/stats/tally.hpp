// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything that one thread of a run counts, and the sum over threads.
///
/// Every failed transaction that is measured adds one to `errors` under its reason; a connection
/// that fails with no transaction in flight adds one under its own. Transactions of the warm-up
/// are counted apart and enter no histogram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"
#include "stats/histogram.hpp"
#include "stats/interval_series.hpp"

namespace backtalk::stats {

struct TransactionTally {
  std::uint64_t started = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t in_doubt = 0;  ///< of the failed and unfinished: sent whole and not answered

  void add(const TransactionTally& other);
  friend bool operator==(const TransactionTally&, const TransactionTally&) = default;
};

struct CommandTally {
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t refused = 0;
  /// How many replies had each of the protocol's statuses, by index.
  std::vector<std::uint64_t> statuses;
  Histogram latency;
};

struct NamedCount {
  std::string_view name;
  std::uint64_t count = 0;
};

/// Counts under names, in the order in which the names first came up.
class NamedCounts {
 public:
  void add(std::string_view name, std::uint64_t count = 1);
  [[nodiscard]] std::span<const NamedCount> all() const { return counts_; }

 private:
  std::vector<NamedCount> counts_;
};

/// What the server said the first time that something went wrong in this way.
struct Example {
  std::string_view name;                      ///< of the error
  unsigned command = session::kNoCommand;     ///< index into the protocol's command names
  std::uint16_t status = session::kNoStatus;  ///< kNoStatus: no whole reply
  std::string text;                           ///< octets, as session::ServerWords has them
  std::uint64_t offset = 0;                   ///< in what the connection received
};

/// The first example of each name, command and status, in the order in which they came up; later
/// ones, and more kinds than fit, are dropped.
class Examples {
 public:
  static constexpr std::size_t kMax = 64;

  void add(const session::ServerWords& words);
  [[nodiscard]] std::span<const Example> all() const { return examples_; }

 private:
  std::vector<Example> examples_;
};

class Tally final : public session::Observer {
 public:
  /// `commands` and `statuses`: how many kinds of command and of reply the protocol has.
  /// `intervals`, where given, is told of every measured transaction too, and outlives the tally.
  Tally(std::size_t commands, std::size_t statuses, IntervalRecorder* intervals = nullptr);

  // What sessions tell
  void command_sent(unsigned command, bool measured) override;
  void command_answered(const session::CommandAnswer& answer) override;
  void transaction_ended(const session::TransactionEnd& end) override;
  void connection_failed(std::string_view name) override { errors.add(name); }
  void server_said(const session::ServerWords& words) override { examples.add(words); }
  void note(std::string_view sentence) override { notes.add(sentence); }

  /// A transaction was begun, or fell due.
  void started(bool measured) { ++(measured ? measured_ : warmup_).started; }
  /// Open loop: a measured transaction fell due at that instant.
  void fell_due(std::uint64_t at) { due_by_middle += at <= middle ? 1 : 0; }
  /// Transactions that fell due and were never begun.
  void never_begun(session::Ending ending, std::string_view reason, std::uint64_t count);

  void add(const Tally& other);

  /// The server went away and did not come back before the end of the load.
  [[nodiscard]] bool server_lost() const { return lost_sessions && sessions_at_end == 0; }

  [[nodiscard]] const TransactionTally& measured() const { return measured_; }
  [[nodiscard]] const TransactionTally& warmup() const { return warmup_; }
  [[nodiscard]] std::span<const CommandTally> commands() const { return commands_; }

  /// Of completed transactions, from the scheduled instant; in closed loop, from when they began.
  Histogram latency;
  Histogram service;  ///< of completed transactions, from when their first byte was sent
  Histogram connect;
  Histogram tls;
  /// Open loop: how late a transaction was begun although a connection was free for it.
  Histogram send_lag;
  NamedCounts errors;
  Examples examples;  ///< of the warm-up too
  NamedCounts notes;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_failed = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  /// What TLS adds to them on the wire: less than nothing while what was written has not been sent.
  std::int64_t wire_overhead_sent = 0;
  std::int64_t wire_overhead_received = 0;
  std::uint64_t handshakes_full = 0;     ///< of TLS
  std::uint64_t handshakes_resumed = 0;  ///< that went on from an earlier session
  std::uint64_t handshakes_failed = 0;
  std::uint64_t cpu_ns = 0;        ///< of the thread, while measured
  std::uint64_t run_delay_ns = 0;  ///< the thread was ready and its core was not, while measured
  std::uint64_t core_turns = 0;    ///< how often it was given a core, while measured
  std::uint64_t load_ns = 0;       ///< how long there was load to begin, while measured
  double busy_max = 0;             ///< the busiest thread's share of CPU time in its wall time
  double delayed_max = 0;          ///< the most delayed thread's share
  std::uint64_t last_end = 0;      ///< when the last measured transaction completed (run's clock)

  std::size_t sessions_at_start = 0;  ///< sessions that were ready when the clock started
  std::size_t sessions_had = 0;       ///< sessions that were ever ready before the load ended
  /// Open loop: transactions that fell due while every session was busy.
  std::uint64_t found_all_busy = 0;
  std::uint64_t connected_ns = 0;   ///< of `load_ns`: some connection was open
  std::size_t sessions_at_end = 0;  ///< sessions that were ready when the load ended
  bool lost_sessions = false;       ///< a thread had none left then and could not get another
  std::uint64_t batched_waits = 0;  ///< waits for more than one answer
  /// Open loop: the middle and the end of the time in which transactions fall due, on the run's
  /// clock; how many fell due by the middle; and how many were answered by then, with a refusal
  /// too.
  std::uint64_t middle = 0;
  std::uint64_t planned_end = 0;
  std::uint64_t due_by_middle = 0;
  std::uint64_t answered_by_middle = 0;
  std::uint64_t answered_by_end = 0;
  /// When the load ended: since when no transaction had completed.
  std::uint64_t silent_ns = std::numeric_limits<std::uint64_t>::max();

 private:
  void answered(std::uint64_t at);

  TransactionTally measured_;
  TransactionTally warmup_;
  std::vector<CommandTally> commands_;
  IntervalRecorder* intervals_;
};

}  // namespace backtalk::stats
