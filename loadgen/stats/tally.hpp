// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything that one thread of a run counts, and the sum over threads.
///
/// Every measured transaction that fails adds one to `errors` under its reason; a connection that
/// fails with no transaction in flight adds one under its own reason. Warm-up transactions are
/// counted separately and enter no histogram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"
#include "stats/arrival_fit.hpp"
#include "stats/batches.hpp"
#include "stats/histogram.hpp"
#include "stats/interval_series.hpp"
#include "stats/occupancy.hpp"
#include "stats/pass_mix.hpp"
#include "stats/session_tally.hpp"
#include "stats/stage_tallies.hpp"
#include "stats/status_classes.hpp"
#include "stats/transaction_counts.hpp"

namespace backtalk::stats {

struct CommandTally {
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t refused = 0;
  std::uint64_t unexpected = 0;  ///< no refusals, and not what a script expects
  /// The number of replies with each of the protocol's statuses, by index.
  std::vector<std::uint64_t> statuses;
  /// Of the replies of each class of statuses, and at last of those without a class; nullopt: none
  /// came.
  std::vector<std::optional<Histogram>> latencies;
  /// How old those were that timed out or were unfinished; nullopt: none was.
  std::optional<Histogram> censored;
  std::uint64_t timed_out = 0;  ///< how many of them did

  /// Of all replies.
  [[nodiscard]] Histogram latency() const;
};

/// The transactions of one pass of a mix, while measured.
struct PassTally {
  TransactionTally counted;
  /// Of those that completed; nullopt: none has.
  std::optional<Histogram> latency;
  /// How old those were that timed out or were unfinished; nullopt: none was.
  std::optional<Histogram> censored;
  std::uint64_t timed_out = 0;  ///< how many of them did
};

/// The connections to one address of the server, or from one of this machine. Of the whole run.
struct AddressTally {
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  std::uint64_t transactions = 0;  ///< begun on them, warm-up included
  NamedCounts errors;              ///< why they failed: as many as `failed`

  void add(const AddressTally& other);
};

/// One of several targets, while measured.
struct TargetTally {
  TransactionTally counted;        ///< those that were begun on its connections
  Histogram latency;               ///< of those that completed
  NamedCounts errors;              ///< why they failed, and its sessions
  std::uint64_t sessions_had = 0;  ///< that were ready at some time before the end of the load
  std::uint64_t restarts = 0;      ///< all its connections lost, then found
  bool lost = false;               ///< some thread had no session left, and could not get another

  /// A transaction that was begun on one of its connections.
  void ended(const session::TransactionEnd& end);
  void add(const TargetTally& other);
};

/// What the server said the first time that something went wrong in this way.
struct Example {
  std::string_view name;                      ///< of the error
  unsigned command = session::kNoCommand;     ///< index into the protocol's command names
  std::uint16_t status = session::kNoStatus;  ///< kNoStatus: no complete reply
  std::string text;                           ///< octets, as in session::ServerWords
  std::uint64_t offset = 0;                   ///< in the stream that the connection received
  std::uint64_t text_offset = 0;              ///< where the text begins in it
  std::uint32_t script_line = 0;              ///< that expected something else; 0: none
  std::string expected;                       ///< of a text that differs; see ServerWords
  bool nothing_follows = false;               ///< likewise
};

/// The first example of each name, command, status and line of a script, in order of occurrence.
/// Later ones, and kinds beyond `kMax`, are dropped.
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
  /// `commands` and `statuses` are the numbers of commands and statuses that the protocol has.
  /// Every measured transaction is also reported to `intervals`, if it is given; it must outlive
  /// the tally.
  Tally(std::size_t commands, std::size_t statuses, IntervalRecorder* intervals = nullptr,
        StatusClasses classes = {}, PassMix mix = {});

  // What sessions report
  void command_sent(unsigned command, bool measured) override;
  void command_answered(const session::CommandAnswer& answer) override;
  void command_given_up(const session::CommandGivenUp& end) override;
  void transaction_ended(const session::TransactionEnd& end) override;
  void connection_failed(std::string_view name) override { errors.add(name); }
  void server_said(const session::ServerWords& words) override { examples.add(words); }
  void unsolicited() override { ++unsolicited_responses; }
  void delivered(session::Nanoseconds ns) override { delivery.record(ns); }
  void verified(bool checkable) override { ++(checkable ? checked : not_checkable); }
  void note(std::string_view sentence) override { notes.add(sentence); }

  /// A transaction was begun.
  void started(const session::Ticket& ticket);
  /// Open loop: a measured transaction fell due at that instant.
  void fell_due(std::uint64_t at) { due_by_middle += at <= middle ? 1 : 0; }
  /// A measured transaction fell due but never began, and was given up at `now`.
  void never_begun(const session::Ticket& ticket, session::Ending ending, std::string_view reason,
                   std::uint64_t now);

  /// It is `now`: an interval that is over ends.
  void advance_intervals(std::uint64_t now) {
    if (intervals_ != nullptr && intervals_->is_over(now)) end_interval(now);
  }
  /// Intervals count octets from here on: the warm-up is over.
  void count_octets_of_intervals();
  /// Nothing more is counted: the last interval ends.
  void end_last_interval();

  void add(const Tally& other);

  /// The server went away and did not come back before the end of the load.
  [[nodiscard]] bool server_lost() const { return lost_sessions && sessions_at_end == 0; }

  [[nodiscard]] const TransactionTally& measured() const { return measured_; }
  [[nodiscard]] const TransactionTally& warmup() const { return warmup_; }
  [[nodiscard]] std::span<const CommandTally> commands() const { return commands_; }
  [[nodiscard]] const StatusClasses& classes() const { return classes_; }
  /// By the index of the pass; empty if transactions are all of one kind.
  [[nodiscard]] std::span<const PassTally> passes() const { return passes_; }

  /// Of completed transactions, from the scheduled instant; in closed loop, from when they began.
  Histogram latency;
  /// How old those were that timed out or were unfinished: their latency is that or more. Not of
  /// those in closed loop of which nothing was sent: nobody waited for an answer.
  Histogram censored;
  std::uint64_t timed_out = 0;  ///< how many of them did
  /// The latencies and ages by the time at which they ended. To be started before.
  Batches batches;
  /// Open loop by stages: to be started before.
  StageTallies stages;
  /// Open loop with one rate: between transactions that began. To be started before.
  ArrivalGaps gaps;
  /// Of measured transactions, as counted; and how much of that is in no latency: waits, and the
  /// time that those took which began and did not complete.
  Occupancy in_flight;
  std::uint64_t beside_latency_ns = 0;
  Histogram service;  ///< of completed transactions, from when their first byte was sent
  /// Of the `censored` ones, how long before they were given up; not of those that were never sent.
  Histogram service_censored;
  std::uint64_t service_timed_out = 0;  ///< how many of these timed out
  Histogram connect;
  Histogram tls;
  /// Open loop: how late a transaction began although a connection was free for it.
  Histogram send_lag;
  Histogram delivery;     ///< of messages, from when they were sent to when they were fetched
  SessionTally sessions;  ///< if they arrive by the clock
  NamedCounts errors;
  Examples examples;  ///< including the warm-up
  NamedCounts notes;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_failed = 0;
  std::vector<AddressTally> addresses;      ///< of all targets, in the plan's order
  std::vector<TargetTally> targets;         ///< in the plan's order; empty: there is one
  std::vector<AddressTally> sources;        ///< likewise; empty: the system chooses
  std::uint64_t unsolicited_responses = 0;  ///< that belong to no command; including the warm-up
  std::uint64_t checked = 0;                ///< messages and bodies; including the warm-up
  std::uint64_t not_checkable = 0;          ///< those without a checksum
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  /// What TLS adds to the bytes on the wire. Negative while written data has not been sent yet.
  std::int64_t wire_overhead_sent = 0;
  std::int64_t wire_overhead_received = 0;
  std::uint64_t handshakes_full = 0;     ///< full TLS handshakes
  std::uint64_t handshakes_resumed = 0;  ///< that resumed an earlier session
  std::uint64_t handshakes_failed = 0;
  std::uint64_t cpu_ns = 0;  ///< of the thread, while measured
  /// Time that the thread was ready but waited for a core, while measured.
  std::uint64_t run_delay_ns = 0;
  std::uint64_t core_turns = 0;  ///< how often the thread was given a core, while measured
  std::uint64_t load_ns = 0;     ///< how long transactions could begin, while measured
  double busy_max = 0;           ///< the busiest thread's share of CPU time in its wall time
  double delayed_max = 0;        ///< the most delayed thread's share of its wall time
  /// When the last measured transaction completed, and when the last one ended, whether it did or
  /// not; on the run's clock.
  std::uint64_t last_completion = 0;
  std::uint64_t last_end = 0;
  std::uint64_t last_answer = 0;  ///< when the last measured one was answered, refusals included

  std::size_t sessions_at_start = 0;  ///< sessions that were ready when the clock started
  std::size_t sessions_had = 0;       ///< sessions that were ever ready before the load ended
  /// Open loop: transactions that fell due while every session was busy.
  std::uint64_t found_all_busy = 0;
  std::uint64_t connected_ns = 0;      ///< time within `load_ns` in which some connection was open
  std::size_t sessions_at_end = 0;     ///< sessions that were ready when the load ended
  bool lost_sessions = false;          ///< a thread had none left at the end and could get no other
  std::uint64_t restarts = 0;          ///< of the server: all connections lost, then found
  std::uint64_t lost_in_restarts = 0;  ///< connections
  std::uint64_t restart_ns = 0;        ///< the longest time until there was a session again
  std::uint64_t batched_waits = 0;     ///< waits for more than one reply
  /// Open loop: the middle and the end of the time in which transactions fall due, on the run's
  /// clock; how many fell due by the middle; and how many were answered by each of the two
  /// instants, refusals included.
  std::uint64_t middle = 0;
  std::uint64_t planned_end = 0;
  std::uint64_t due_by_middle = 0;
  std::uint64_t answered_by_middle = 0;
  std::uint64_t answered_by_end = 0;
  /// How long no transaction had been answered when the load ended, refusals included.
  std::uint64_t silent_ns = std::numeric_limits<std::uint64_t>::max();

 private:
  void answered(std::uint64_t at);
  void end_interval(std::uint64_t now);
  [[nodiscard]] IntervalMarks marks() const;
  void censor(const session::TransactionEnd& end, bool has_timed_out);
  void censor(const session::Ticket& ticket, std::uint64_t now, std::uint64_t age, bool has_timed_out);
  PassTally* pass_of(const session::Ticket& ticket) {
    return passes_.empty() || !ticket.measured ? nullptr : &passes_[mix_.pass(ticket.number)];
  }

  TransactionTally measured_;
  TransactionTally warmup_;
  StatusClasses classes_;
  std::vector<CommandTally> commands_;
  PassMix mix_;
  std::vector<PassTally> passes_;
  IntervalRecorder* intervals_;
};

}  // namespace backtalk::stats
